package dev.millrace.stages.run;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Takes the values of variables that look like credentials by their name out of what a process
 * wrote: it goes into the log and into the journal.
 */
record Redaction(List<String> values) {
  private static final String MASK = "***";
  private static final Pattern NAME =
      Pattern.compile("(?i).*(token|secret|passw|credential|api_?key|private_?key).*");

  /** Shorter values would be found everywhere. */
  private static final int LENGTH_MIN = 4;

  static Redaction of(Map<String, String> environment) {
    return new Redaction(
        environment.entrySet().stream()
            .filter(variable -> NAME.matcher(variable.getKey()).matches())
            .map(Map.Entry::getValue)
            .filter(value -> value.length() >= LENGTH_MIN)
            .toList());
  }

  String apply(String text) {
    var redacted = text;
    for (var value : values) {
      redacted = redacted.replace(value, MASK);
    }
    return redacted;
  }
}
