package dev.millrace.core;

import java.util.Collection;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/** Guesses which word was meant. */
public final class NearestWord {
  private static final int LENGTH_MIN = 3;
  private static final int LENGTH_MAX = 64;

  private NearestWord() {}

  /**
   * The candidate with the fewest letters inserted, deleted, replaced or swapped.
   *
   * @return null when none is nearer than a third of the word's length
   */
  public static @Nullable String to(String word, Collection<String> candidates) {
    return candidates.stream()
        .filter(candidate -> isNear(word, candidate))
        .min(
            Comparator.<String>comparingInt(candidate -> distance(word, candidate))
                .thenComparing(Comparator.naturalOrder()))
        .orElse(null);
  }

  private static boolean isNear(String word, String candidate) {
    var length = Math.max(word.length(), candidate.length());
    return length >= LENGTH_MIN
        && length <= LENGTH_MAX
        && distance(word, candidate) <= Math.max(1, length / 3);
  }

  /**
   * @see <a href="https://en.wikipedia.org/wiki/Damerau%E2%80%93Levenshtein_distance">Optimal
   *     string alignment distance</a>
   */
  private static int distance(String a, String b) {
    var rows = new int[a.length() + 1][b.length() + 1];
    for (var i = 0; i <= a.length(); i++) {
      for (var j = 0; j <= b.length(); j++) {
        rows[i][j] = Math.min(i, j) == 0 ? Math.max(i, j) : cheapest(rows, a, b, i, j);
      }
    }
    return rows[a.length()][b.length()];
  }

  private static int cheapest(int[][] rows, String a, String b, int i, int j) {
    var replaced = rows[i - 1][j - 1] + (same(a, i, b, j) ? 0 : 1);
    var best = Math.min(replaced, 1 + Math.min(rows[i - 1][j], rows[i][j - 1]));
    var swapped = i > 1 && j > 1 && same(a, i, b, j - 1) && same(a, i - 1, b, j);
    return swapped ? Math.min(best, rows[i - 2][j - 2] + 1) : best;
  }

  private static boolean same(String a, int i, String b, int j) {
    return Character.toLowerCase(a.charAt(i - 1)) == Character.toLowerCase(b.charAt(j - 1));
  }
}
