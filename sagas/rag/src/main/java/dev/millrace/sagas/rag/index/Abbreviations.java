package dev.millrace.sagas.rag.index;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * The synonyms a corpus defines itself: "Write-Ahead Logging (WAL)".
 *
 * @see <a href="https://psb.stanford.edu/psb-online/proceedings/psb03/schwartz.pdf">Schwartz and
 *     Hearst, A simple algorithm for identifying abbreviation definitions (2003); here only their
 *     strictest case, one letter a word</a>
 */
final class Abbreviations {
  private static final Pattern IN_BRACKETS = Pattern.compile("\\(([A-Z]{2,6})s?\\)");
  private static final Pattern BETWEEN_WORDS = Pattern.compile("[\\s-]+");
  private static final int LOOK_BACK_CHARS_MAX = 120;

  private Abbreviations() {}

  /**
   * @param letters in lower case
   */
  record Abbreviation(String letters, String meaning) {}

  static List<Abbreviation> definedIn(String text) {
    var found = new ArrayList<Abbreviation>();
    var matcher = IN_BRACKETS.matcher(text);
    while (matcher.find()) {
      int from = Math.max(0, matcher.start() - LOOK_BACK_CHARS_MAX);
      var words = BETWEEN_WORDS.split(text.substring(from, matcher.start()).strip());
      var letters = matcher.group(1);
      if (spells(words, letters)) {
        var meaning = List.of(words).subList(words.length - letters.length(), words.length);
        found.add(new Abbreviation(letters.toLowerCase(Locale.ROOT), String.join(" ", meaning)));
      }
    }
    return found;
  }

  private static boolean spells(String[] words, String letters) {
    int first = words.length - letters.length();
    if (first < 0) {
      return false;
    }
    for (int i = 0; i < letters.length(); i++) {
      var word = words[first + i];
      if (word.isEmpty() || Character.toUpperCase(word.charAt(0)) != letters.charAt(i)) {
        return false;
      }
    }
    return true;
  }
}
