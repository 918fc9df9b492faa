package dev.millrace.wire;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.NearestWord;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A submission as a person or a foreign client writes it. Whatever is not understood is refused: a
 * misspelt field that is ignored would start a run on half its input.
 */
final class JsonSubmission {
  private static final int NAME_CHARS_SHOWN = 40;

  /** What can be asked for. The first field of each says which it is. */
  @SuppressWarnings("ImmutableEnumChecker") // List.of is
  private enum Request {
    START("{\"workflow\": \"namespace/name[:version]\", \"input\": …}", "workflow", "input"),
    CANCEL("{\"cancel\": \"why\"}", "cancel"),
    SIGNAL("{\"signal\": \"name\", \"id\": \"…\", \"data\": …}", "signal", "id", "data"),
    SUSPEND("{\"suspend\": \"why\"}", "suspend"),
    RESUME("{\"resume\": true}", "resume"),
    SETTLE(
        "{\"settle\": \"" + rulings("|") + "\", \"reason\": \"why\", \"task\": \"which\"}",
        "settle",
        "reason",
        "task");

    private final String shape;
    private final List<String> fields;

    Request(String shape, String... fields) {
      this.shape = shape;
      this.fields = List.of(fields);
    }

    String field() {
      return fields.getFirst();
    }
  }

  private JsonSubmission() {}

  static Submission read(JsonNode json) throws UndecodableException {
    if (!json.isObject()) {
      throw new UndecodableException("expected " + shapes() + ", got a JSON " + kind(json));
    }
    refuseUnknownFields(json);
    var request = request(json);
    refuseFieldsOfOthers(json, request);
    return switch (request) {
      case START -> start(json);
      case CANCEL -> new Submission.Cancel(text(json, "cancel"));
      case SIGNAL -> signal(json);
      case SUSPEND -> new Submission.Suspend(text(json, "suspend"));
      case RESUME -> resume(json);
      case SETTLE ->
          new Submission.SettleCompensation(
              ruling(json), text(json, "reason"), json.has("task") ? text(json, "task") : null);
    };
  }

  private static Request request(JsonNode json) throws UndecodableException {
    var asked = Arrays.stream(Request.values()).filter(it -> json.has(it.field())).toList();
    if (asked.size() != 1) {
      throw new UndecodableException(
          "expected exactly one of "
              + Arrays.stream(Request.values())
                  .map(it -> "'" + it.field() + "'")
                  .collect(Collectors.joining(", "))
              + ": a submission is "
              + shapes());
    }
    return asked.getFirst();
  }

  private static void refuseUnknownFields(JsonNode json) throws UndecodableException {
    var words = Arrays.stream(Request.values()).flatMap(it -> it.fields.stream()).toList();
    for (var field : json.properties()) {
      if (!words.contains(field.getKey())) {
        throw new UndecodableException(
            "unknown field '" + shown(field.getKey()) + "'" + hint(field.getKey(), words));
      }
    }
  }

  private static void refuseFieldsOfOthers(JsonNode json, Request request)
      throws UndecodableException {
    for (var field : json.properties()) {
      if (!request.fields.contains(field.getKey())) {
        throw new UndecodableException(
            "'" + request.field() + "' takes no '" + field.getKey() + "'");
      }
    }
  }

  private static String hint(String word, List<String> words) {
    var nearest = NearestWord.to(word, words);
    return nearest == null ? "; a submission is " + shapes() : ", did you mean '" + nearest + "'?";
  }

  private static Submission start(JsonNode json) throws UndecodableException {
    try {
      return new Submission.Start(
          DefinitionRef.parse(text(json, "workflow")), given(json.get("input")));
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("'workflow': " + e.getMessage(), e);
    }
  }

  private static Submission signal(JsonNode json) throws UndecodableException {
    try {
      return new Submission.Signal(text(json, "signal"), text(json, "id"), given(json.get("data")));
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("'signal': " + e.getMessage(), e);
    }
  }

  private static Submission resume(JsonNode json) throws UndecodableException {
    var value = json.path("resume");
    if (!value.isBoolean() || !value.booleanValue()) {
      throw new UndecodableException(
          "'resume' is true, got " + (value.isBoolean() ? "false" : "a JSON " + kind(value)));
    }
    return new Submission.Resume();
  }

  private static Ruling ruling(JsonNode json) throws UndecodableException {
    var word = text(json, "settle");
    for (var ruling : Ruling.values()) {
      if (word(ruling).equals(word)) {
        return ruling;
      }
    }
    throw new UndecodableException(
        "'settle' is one of " + rulings(", ") + "; got '" + shown(word) + "'");
  }

  private static String rulings(String separator) {
    return Arrays.stream(Ruling.values())
        .map(JsonSubmission::word)
        .collect(Collectors.joining(separator));
  }

  private static String word(Ruling ruling) {
    return ruling.name().toLowerCase(Locale.ROOT);
  }

  private static JsonNode given(@Nullable JsonNode value) {
    return value == null ? JsonNodeFactory.instance.objectNode() : value;
  }

  private static String text(JsonNode json, String field) throws UndecodableException {
    var value = json.get(field);
    if (value == null || !value.isTextual()) {
      throw new UndecodableException(
          "'"
              + field
              + "' is a string, got "
              + (value == null ? "nothing" : "a JSON " + kind(value)));
    }
    return value.textValue();
  }

  private static String shapes() {
    return Stream.of(Request.values()).map(it -> it.shape).collect(Collectors.joining(" or "));
  }

  private static String kind(JsonNode json) {
    return json.getNodeType().name().toLowerCase(Locale.ROOT);
  }

  /** Long names come from noise rather than from a slip of the finger. */
  private static String shown(String name) {
    return name.length() <= NAME_CHARS_SHOWN ? name : name.substring(0, NAME_CHARS_SHOWN) + "…";
  }
}
