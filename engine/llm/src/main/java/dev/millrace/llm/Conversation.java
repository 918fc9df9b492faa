package dev.millrace.llm;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was said, what may be called, and in which form the reply shall be.
 *
 * @param responseSchema JSON Schema of a reply in JSON; null if there is none
 */
record Conversation(
    List<Message> messages,
    List<Tool> tools,
    boolean repliesInJson,
    @Nullable JsonNode responseSchema) {

  /**
   * @param content empty when there is none
   * @param toolCallId of a tool's result: the call it answers
   * @param name of a tool's result: the tool
   */
  record Message(
      Role role, String content, List<ToolCall> toolCalls, String toolCallId, String name) {}

  enum Role {
    SYSTEM,
    USER,
    ASSISTANT,
    TOOL
  }

  record ToolCall(String id, String name, JsonNode arguments) {}

  /**
   * @param parameters JSON Schema of an object
   */
  record Tool(String name, String description, JsonNode parameters) {}

  /**
   * @throws IllegalArgumentException if the arguments are not those of {@code llm.chat}
   */
  static Conversation of(JsonNode arguments) {
    var messages = new ArrayList<Message>();
    arguments.path("messages").forEach(message -> messages.add(message(message)));
    if (messages.isEmpty()) {
      throw new IllegalArgumentException("expected 'messages' or 'prompt'");
    }
    var tools = new ArrayList<Tool>();
    arguments.path("tools").forEach(tool -> tools.add(tool(tool)));
    var format = arguments.path("responseFormat");
    return new Conversation(
        List.copyOf(messages),
        List.copyOf(tools),
        format.path("type").asText("text").equals("json"),
        format.get("schema"));
  }

  private static Message message(JsonNode message) {
    var calls = new ArrayList<ToolCall>();
    for (var call : message.path("toolCalls")) {
      calls.add(
          new ToolCall(
              call.path("id").asText(), call.path("name").asText(), call.path("arguments")));
    }
    return new Message(
        Role.valueOf(message.path("role").asText().toUpperCase(java.util.Locale.ROOT)),
        text(message.path("content")),
        List.copyOf(calls),
        message.path("toolCallId").asText(""),
        message.path("name").asText(""));
  }

  private static Tool tool(JsonNode tool) {
    return new Tool(
        tool.path("name").asText(), tool.path("description").asText(""), tool.path("parameters"));
  }

  /** Content is text; whatever else a definition passes on is shown as JSON. */
  private static String text(JsonNode content) {
    if (content.isMissingNode() || content.isNull()) {
      return "";
    }
    return content.isTextual() ? content.textValue() : content.toString();
  }

  Message last() {
    return messages.getLast();
  }

  /** Replies so far. */
  long turns() {
    return messages.stream().filter(message -> message.role() == Role.ASSISTANT).count();
  }
}
