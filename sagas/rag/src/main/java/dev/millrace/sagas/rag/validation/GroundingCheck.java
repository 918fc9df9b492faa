package dev.millrace.sagas.rag.validation;

import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Sentences;
import dev.millrace.sagas.rag.index.FoundPassage;
import dev.millrace.sagas.rag.text.Terms;
import dev.millrace.sagas.rag.text.Weights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Every sentence of the answer is supported by a retrieved passage: most of its telling words stand
 * there, a sentence there means nearly the same, and no number in it is new. One shared word is not
 * support, and without passages nothing is supported.
 */
public final class GroundingCheck implements Check {
  private static final double WORDS_SHARE = 0.6;
  private static final double WORDS_MIN = 0.5;
  private static final double SUPPORT_MIN = 0.6;

  /** Passages whose sentences' meaning is compared with a sentence of the answer. */
  private static final int COMPARED_PASSAGES_MAX = 2;

  /** Shorter ones, such as "Yes." or "Here is how:", state nothing that could be checked. */
  private static final int STATEMENT_TERMS_MIN = 3;

  private static final int QUOTED_CHARS_MAX = 80;
  private static final Pattern NUMBER = Pattern.compile("\\d+(?:[.,]\\d+)*");

  private final Embedder embedder;

  public GroundingCheck(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public CheckResult check(Evidence evidence) {
    if (evidence.passages().isEmpty()) {
      return result(0, false, "no passage was retrieved, so nothing can be grounded");
    }
    var statements = statements(evidence.prose());
    if (statements.isEmpty()) {
      return result(0, false, "the answer states nothing that could be grounded");
    }
    var weights = Weights.over(evidence.passages().stream().map(FoundPassage::text).toList());
    double weakest = 1;
    for (var statement : statements) {
      double support = support(statement, evidence.passages(), weights);
      if (support < SUPPORT_MIN) {
        return result(support, false, "no passage supports: \"" + shortened(statement) + "\"");
      }
      weakest = Math.min(weakest, support);
    }
    return result(weakest, true, statements.size() + " statements supported");
  }

  private static List<String> statements(String prose) {
    return Sentences.of(prose).stream()
        .filter(sentence -> Terms.stemsIn(sentence).size() >= STATEMENT_TERMS_MIN)
        .toList();
  }

  private double support(String statement, List<FoundPassage> passages, Weights weights) {
    if (passages.stream().anyMatch(passage -> passage.text().contains(statement))) {
      return 1;
    }
    var terms = Terms.distinctIn(statement);
    record Match(FoundPassage passage, double words) {}
    var matches =
        passages.stream()
            .filter(passage -> hasNumbersOf(statement, passage))
            .map(passage ->
                new Match(passage, weights.coverage(terms, Terms.stemsIn(passage.withHeadings()))))
            .filter(match -> match.words() >= WORDS_MIN)
            .sorted(Comparator.comparingDouble(Match::words).reversed())
            .limit(COMPARED_PASSAGES_MAX)
            .toList();
    double best = 0;
    for (var match : matches) {
      double meaning = nearestMeaning(statement, match.passage());
      best = Math.max(best, WORDS_SHARE * match.words() + (1 - WORDS_SHARE) * meaning);
    }
    return best;
  }

  private static boolean hasNumbersOf(String statement, FoundPassage passage) {
    var stated = new HashSet<String>();
    NUMBER.matcher(statement).results().forEach(number -> stated.add(number.group()));
    NUMBER
        .matcher(passage.withHeadings())
        .results()
        .forEach(number -> stated.remove(number.group()));
    return stated.isEmpty();
  }

  private double nearestMeaning(String statement, FoundPassage passage) {
    var texts = new ArrayList<>(Sentences.of(passage.text()));
    texts.add(statement);
    var meanings = embedder.embed(texts);
    return meanings.subList(0, texts.size() - 1).stream()
        .mapToDouble(meaning -> meaning.similarity(meanings.getLast()))
        .max()
        .orElse(0);
  }

  private static String shortened(String text) {
    return text.length() <= QUOTED_CHARS_MAX ? text : text.substring(0, QUOTED_CHARS_MAX) + "…";
  }

  private static CheckResult result(double score, boolean passed, String reason) {
    return new CheckResult("grounding", score, passed, reason);
  }
}
