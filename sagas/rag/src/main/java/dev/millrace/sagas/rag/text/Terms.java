package dev.millrace.sagas.rag.text;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.CharArraySet;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.tokenattributes.CharTermAttribute;
import org.apache.lucene.analysis.tokenattributes.OffsetAttribute;

/** Finds the content words of English text, by the same rules as the index does. */
public final class Terms {
  /** Words that carry a question but not its subject, beside the articles and pronouns. */
  private static final String STOP_WORDS =
      """
      a an and are as at be been being but by for from had has have having he her him his i if in
      into is it its itself me my no nor not of off often on only or our out own she so some such than
      that the their them then there these they this those to too up us very was we were will with
      you your about above after again all also am any because before between both can cannot could
      did do does doing done down during each else ever few further get gets give given go goes
      happen happens how however just like let made make makes many may me mean means might more
      most much must need needs now once one other over per please possible same say shall should
      since still take takes tell thing things through under until upon use used uses using want way
      ways well what when where which while who whom whose why within without work works would yet
      actually exactly explain describe really kind sort various stand stands useful suit suits called
      """;

  private static final Analyzer ANALYZER =
      new EnglishAnalyzer(new CharArraySet(List.of(STOP_WORDS.strip().split("\\s+")), true));

  private static final Pattern INNER_CAPITAL = Pattern.compile(".+\\p{Lu}.*");
  private static final Pattern IDENTIFIER = Pattern.compile(".*[\\d_].*");

  private Terms() {}

  /** The analyzer itself, for the index: words compare equal there if they do here. */
  public static Analyzer analyzer() {
    return ANALYZER;
  }

  /** Every content word in order, repeats included. */
  public static List<Term> in(String text) {
    var terms = new ArrayList<Term>();
    try (var tokens = ANALYZER.tokenStream("text", text)) {
      var stem = tokens.addAttribute(CharTermAttribute.class);
      var offset = tokens.addAttribute(OffsetAttribute.class);
      tokens.reset();
      while (tokens.incrementToken()) {
        var surface = text.substring(offset.startOffset(), offset.endOffset());
        terms.add(
            new Term(stem.toString(), surface, isSpecific(text, offset.startOffset(), surface)));
      }
      tokens.end();
    } catch (IOException e) {
      throw new UncheckedIOException("analysing a text in memory does no input or output", e);
    }
    return terms;
  }

  /** The content words without repeats; of two with the same stem the specific one is kept. */
  public static List<Term> distinctIn(String text) {
    var byStem = new LinkedHashMap<String, Term>();
    for (var term : in(text)) {
      byStem.merge(term.stem(), term, (first, second) -> second.specific() ? second : first);
    }
    return List.copyOf(byStem.values());
  }

  public static Set<String> stemsIn(String text) {
    var stems = new LinkedHashSet<String>();
    in(text).forEach(term -> stems.add(term.stem()));
    return stems;
  }

  private static boolean isSpecific(String text, int start, String surface) {
    return IDENTIFIER.matcher(surface).matches()
        || INNER_CAPITAL.matcher(surface).matches()
        || (Character.isUpperCase(surface.charAt(0)) && !beginsSentence(text, start));
  }

  private static boolean beginsSentence(String text, int start) {
    var before = text.substring(0, start).stripTrailing();
    return before.isEmpty() || ".!?:\n".indexOf(before.charAt(before.length() - 1)) >= 0;
  }
}
