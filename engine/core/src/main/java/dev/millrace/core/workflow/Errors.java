package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.WorkflowError;
import org.jspecify.annotations.Nullable;

/** Errors as the values that expressions see. */
public final class Errors {
  private Errors() {}

  public static JsonNode toJson(WorkflowError error) {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("type", error.type())
            .put("status", error.status())
            .put("title", error.title());
    if (error.detail() != null) {
      json.put("detail", error.detail());
    }
    if (error.instance() != null) {
      json.put("instance", error.instance());
    }
    return json;
  }

  /** There is no room for another run. */
  static WorkflowError full(String detail) {
    return new WorkflowError(
        "https://millrace.dev/errors/concurrency", 429, "Too many runs", detail, "/");
  }

  /** The error a {@code raise} describes, raised at {@code pointer} unless it says otherwise. */
  static WorkflowError fromJson(JsonNode json, String pointer) {
    return fromJson(json).at(pointer);
  }

  /** What is not said gets the values of an error nobody knows. */
  public static WorkflowError fromJson(JsonNode json) {
    return new WorkflowError(
        json.path("type").asText("about:blank"),
        json.path("status").asInt(WorkflowError.Kind.RUNTIME.error("").status()),
        json.path("title").asText(""),
        text(json, "detail"),
        text(json, "instance"));
  }

  private static @Nullable String text(JsonNode json, String field) {
    if (!json.hasNonNull(field)) {
      return null;
    }
    var value = json.get(field);
    return value.isTextual() ? value.textValue() : value.toString();
  }
}
