package dev.millrace.llm.text;

import java.text.BreakIterator;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** Splits English prose into sentences; a line break ends one too, for it ends a block. */
public final class Sentences {
  private static final Pattern ENDS_WITH_ABBREVIATION =
      Pattern.compile(
          ".*(?:\\b(?:e\\.g|i\\.e|etc|vs|cf|resp|approx|Fig|Sect|No|Dr|Mr|Ms|St)\\.)\\s*$",
          Pattern.DOTALL);

  private Sentences() {}

  /** The sentences in order, trimmed, none blank. */
  public static List<String> of(String text) {
    var sentences = new ArrayList<String>();
    text.lines().filter(line -> !line.isBlank()).forEach(line -> addSentences(line, sentences));
    return sentences;
  }

  private static void addSentences(String line, List<String> sentences) {
    var breaks = BreakIterator.getSentenceInstance(Locale.ENGLISH);
    breaks.setText(line);
    int start = breaks.first();
    for (int end = breaks.next(); end != BreakIterator.DONE; end = breaks.next()) {
      if (end < line.length()
          && ENDS_WITH_ABBREVIATION.matcher(line.substring(start, end)).matches()) {
        continue;
      }
      var sentence = line.substring(start, end).strip();
      if (!sentence.isEmpty()) {
        sentences.add(sentence);
      }
      start = end;
    }
  }
}
