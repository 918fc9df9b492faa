package dev.millrace.stages.run;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.stages.secret.Redaction;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Takes out of what a process wrote, which goes into the log and into the journal, the secrets it
 * was given, and the values of variables that look like credentials by their name.
 *
 * @param secrets of the attempt
 * @param values of variables
 */
record ProcessRedaction(Redaction secrets, List<String> values) {
  private static final String MASK = Redaction.MASK;
  private static final Pattern NAME =
      Pattern.compile("(?i).*(token|secret|passw|credential|api_?key|private_?key).*");

  /** Shorter values would be found everywhere. */
  private static final int LENGTH_MIN = 4;

  /** For the attempt under way. */
  static ProcessRedaction of(Map<String, String> environment) {
    return new ProcessRedaction(
        Redaction.current(),
        environment.entrySet().stream()
            .filter(variable -> NAME.matcher(variable.getKey()).matches())
            .map(Map.Entry::getValue)
            .filter(value -> value.length() >= LENGTH_MIN)
            .toList());
  }

  String apply(String text) {
    var redacted = secrets.masked(text);
    for (var value : values) {
      redacted = redacted.replace(value, MASK);
    }
    return redacted;
  }

  /** For a stream that comes in pieces. */
  MaskedStream stream(MaskedStream.Sink sink) {
    var hidden =
        Stream.concat(secrets.parts().stream(), values.stream())
            .distinct()
            .map(part -> part.getBytes(UTF_8))
            .toList();
    return new MaskedStream(hidden, MASK.getBytes(UTF_8), sink);
  }
}
