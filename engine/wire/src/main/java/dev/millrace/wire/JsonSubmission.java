package dev.millrace.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.NearestWord;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A submission as a person or a foreign client writes it. Whatever is not understood is refused: a
 * misspelt field that is ignored would start a run on half its input.
 */
final class JsonSubmission {
  private static final String SHAPES =
      "{\"workflow\": \"namespace/name[:version]\", \"input\": …} or {\"cancel\": \"why\"}";
  private static final String WORKFLOW = "workflow";
  private static final String INPUT = "input";
  private static final String CANCEL = "cancel";
  private static final int NAME_CHARS_SHOWN = 40;
  private static final List<String> WORDS = List.of(WORKFLOW, INPUT, CANCEL);

  private JsonSubmission() {}

  static Submission read(JsonNode json) throws UndecodableException {
    if (!json.isObject()) {
      throw new UndecodableException("expected " + SHAPES + ", got a JSON " + kind(json));
    }
    refuseUnknownFields(json);
    if (json.has(WORKFLOW) == json.has(CANCEL)) {
      throw new UndecodableException(
          "expected exactly one of 'workflow' and 'cancel': a submission is " + SHAPES);
    }
    return json.has(CANCEL) ? cancel(json) : start(json);
  }

  private static void refuseUnknownFields(JsonNode json) throws UndecodableException {
    for (var field : json.properties()) {
      if (!WORDS.contains(field.getKey())) {
        throw new UndecodableException(
            "unknown field '" + shown(field.getKey()) + "'" + hint(field.getKey()));
      }
    }
  }

  private static String hint(String word) {
    var nearest = NearestWord.to(word, WORDS);
    return nearest == null ? "; a submission is " + SHAPES : ", did you mean '" + nearest + "'?";
  }

  private static Submission start(JsonNode json) throws UndecodableException {
    var input = json.get(INPUT);
    try {
      return new Submission.Start(
          DefinitionRef.parse(text(WORKFLOW, json.get(WORKFLOW))),
          input == null ? JsonNodeFactory.instance.objectNode() : input);
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("'workflow': " + e.getMessage(), e);
    }
  }

  private static Submission cancel(JsonNode json) throws UndecodableException {
    if (json.has(INPUT)) {
      throw new UndecodableException("'cancel' takes no 'input'");
    }
    return new Submission.Cancel(text(CANCEL, json.get(CANCEL)));
  }

  private static String text(String field, @Nullable JsonNode value) throws UndecodableException {
    if (value == null || !value.isTextual()) {
      throw new UndecodableException(
          "'" + field + "' is a string" + (value == null ? "" : ", got a JSON " + kind(value)));
    }
    return value.textValue();
  }

  private static String kind(JsonNode json) {
    return json.getNodeType().name().toLowerCase(java.util.Locale.ROOT);
  }

  /** Long names come from noise rather than from a slip of the finger. */
  private static String shown(String name) {
    return name.length() <= NAME_CHARS_SHOWN ? name : name.substring(0, NAME_CHARS_SHOWN) + "…";
  }
}
