package dev.millrace.wire;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** The word somebody probably meant. */
final class NearestWord {
  static final int LENGTH_MAX = 40;
  private static final int EDITS_MAX = 2;

  private NearestWord() {}

  /** The closest of the words by Levenshtein distance; null when none is within two edits. */
  static @Nullable String to(String word, Collection<String> words) {
    if (word.length() > LENGTH_MAX) {
      return null;
    }
    return words.stream()
        .filter(candidate -> distance(word, candidate) <= EDITS_MAX)
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)))
        .orElse(null);
  }

  private static int distance(String a, String b) {
    var row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int substituted = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(substituted, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
