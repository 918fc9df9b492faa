package dev.millrace.stages.guard;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An exception as an answer may show it: its class and the beginning of its message, on one line,
 * without what looks like a credential. The trace is for the log.
 */
final class Masked {
  private static final Pattern CREDENTIAL =
      Pattern.compile(
          "(?i)((?:authorization|password|passwd|secret|token|api[-_]?key|access[-_]?key)"
              + "[\"']?\\s*[:=]\\s*[\"']?(?:(?:bearer|basic)\\s+)?|\\b(?:bearer|basic)\\s+)"
              + "[^\\s\"',;&]+");

  /** What services put into a query: keys, and the signatures of signed addresses. */
  private static final Pattern PARAMETER =
      Pattern.compile(
          "(?i)([?&;](?:key|code|auth|pwd|sas|x-(?:amz|goog)-(?:signature|credential))="
              + "|\\bsig(?:nature)?=)[^\\s\"',;&]+");

  /** A password may hold {@code /} and {@code @}: up to the last one of what looks like one. */
  private static final Pattern USER_INFO =
      Pattern.compile("://(?:[^/\\s\"':@]*:[^\\s\"']*|[^/\\s\"'@]+)@");

  private static final Pattern BREAKS = Pattern.compile("[\\p{Cntrl}\\s]+");

  /** Of a message this much is looked at; the rest cannot be in the answer anyway. */
  private static final int LOOKED_AT_MAX = 4 * GuardedStage.MESSAGE_LENGTH_MAX;

  private Masked() {}

  static String message(@Nullable Throwable failure) {
    if (failure == null) {
      return "no cause";
    }
    var text = failure.getMessage();
    var name = failure.getClass().getSimpleName();
    return text == null || text.isBlank() ? name : name + ": " + masked(text);
  }

  private static String masked(String text) {
    var line = BREAKS.matcher(cut(text, LOOKED_AT_MAX)).replaceAll(" ");
    line = CREDENTIAL.matcher(line).replaceAll("$1***");
    line = PARAMETER.matcher(line).replaceAll("$1***");
    line = USER_INFO.matcher(line).replaceAll("://***@");
    return cut(line.strip(), GuardedStage.MESSAGE_LENGTH_MAX);
  }

  private static String cut(String text, int length) {
    return text.length() <= length ? text : text.substring(0, length) + "…";
  }
}
