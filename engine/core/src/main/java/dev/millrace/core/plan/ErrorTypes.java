package dev.millrace.core.plan;

import java.util.List;

/**
 * The standard errors have had three URI prefixes in the specification's life; definitions written
 * for any of them keep working, so the three compare by their last part.
 */
final class ErrorTypes {
  private static final List<String> PREFIXES =
      List.of(
          "https://serverlessworkflow.io/spec/1.0.0/errors/",
          "https://open-workflow-specification.org/spec/1.0.0/errors/",
          "https://open-workflow-specification.org/dsl/errors/types/");

  private ErrorTypes() {}

  static boolean same(String a, String b) {
    return canonical(a).equals(canonical(b));
  }

  private static String canonical(String type) {
    return PREFIXES.stream()
        .filter(type::startsWith)
        .findFirst()
        .map(prefix -> PREFIXES.getFirst() + type.substring(prefix.length()))
        .orElse(type);
  }
}
