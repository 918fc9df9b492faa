package dev.millrace.stages.http;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** The headers whose values nobody may read: not in outputs, not in errors, not in the log. */
final class Secrets {
  static final String MASK = "***";

  private static final Set<String> HEADERS =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "set-cookie",
          "x-api-key",
          "api-key",
          "apikey",
          "x-auth-token",
          "x-amz-security-token");

  private Secrets() {}

  static boolean isSecret(String header) {
    return HEADERS.contains(header.toLowerCase(Locale.ROOT));
  }

  static String shown(String header, String value) {
    return isSecret(header) ? MASK : value;
  }

  /** The text without this call's credentials, which a server may have sent back. */
  static String removed(String text, Map<String, String> headers) {
    var shown = text;
    for (var header : headers.entrySet()) {
      if (isSecret(header.getKey())) {
        for (var part : List.of(header.getValue(), afterScheme(header.getValue()))) {
          shown = part.isBlank() ? shown : shown.replace(part, MASK);
        }
      }
    }
    return shown;
  }

  private static String afterScheme(String value) {
    return value.substring(value.indexOf(' ') + 1);
  }
}
