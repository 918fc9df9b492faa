package dev.millrace.llm;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.llm.Conversation.ToolCall;
import java.util.List;

/**
 * The output of {@code llm.chat}.
 *
 * @param finishReason {@code stop}, {@code length}, {@code tool_calls} or another word
 * @param inputTokens 0 where nobody counts
 * @param outputTokens 0 where nobody counts
 */
record ChatReply(
    String content,
    List<ToolCall> toolCalls,
    String finishReason,
    String provider,
    String model,
    int inputTokens,
    int outputTokens) {

  ObjectNode json() {
    var message = JsonNodeFactory.instance.objectNode();
    message.put("role", "assistant");
    message.put("content", content);
    var calls = message.putArray("toolCalls");
    for (var call : toolCalls) {
      calls
          .addObject()
          .put("id", call.id())
          .put("name", call.name())
          .set("arguments", call.arguments());
    }
    var output = JsonNodeFactory.instance.objectNode();
    output.set("message", message);
    output.put("finishReason", finishReason);
    output
        .putObject("usage")
        .put("inputTokens", inputTokens)
        .put("outputTokens", outputTokens)
        .put("totalTokens", inputTokens + outputTokens);
    output.put("provider", provider);
    output.put("model", model);
    return output;
  }
}
