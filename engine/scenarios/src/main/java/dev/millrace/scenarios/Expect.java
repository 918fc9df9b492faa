package dev.millrace.scenarios;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.util.Comparator;
import java.util.Objects;

/** What scenarios find out, said so that a person sees the difference. */
final class Expect {
  private static final YAMLMapper YAML =
      YAMLMapper.builder().enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS).build();

  /** 1 and 1.0 are one number to the language, whatever Java makes of them. */
  private static final Comparator<JsonNode> NUMBERS =
      (a, b) ->
          a.isNumber() && b.isNumber()
              ? a.decimalValue().compareTo(b.decimalValue())
              : a.equals(b) ? 0 : 1;

  private Expect() {}

  static void json(String what, JsonNode expected, JsonNode actual) {
    if (!expected.equals(NUMBERS, actual)) {
      throw new AssertionError(
          "%s is not as expected%nexpected: %s%nbut was:  %s".formatted(what, expected, actual));
    }
  }

  static void equal(String what, Object expected, Object actual) {
    if (!Objects.equals(expected, actual)) {
      throw new AssertionError(
          "%s is not as expected%nexpected: %s%nbut was:  %s".formatted(what, expected, actual));
    }
  }

  static void that(boolean holds, String otherwise) {
    if (!holds) {
      throw new AssertionError(otherwise);
    }
  }

  /**
   * @throws IllegalArgumentException if the step's text is neither YAML nor JSON
   */
  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("expected YAML or JSON: " + e.getOriginalMessage(), e);
    }
  }
}
