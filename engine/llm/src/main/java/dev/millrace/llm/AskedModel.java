package dev.millrace.llm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.langchain4j.agent.tool.ToolExecutionRequest;
import dev.langchain4j.agent.tool.ToolSpecification;
import dev.langchain4j.data.message.AiMessage;
import dev.langchain4j.data.message.ChatMessage;
import dev.langchain4j.data.message.SystemMessage;
import dev.langchain4j.data.message.ToolExecutionResultMessage;
import dev.langchain4j.data.message.UserMessage;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.request.ResponseFormat;
import dev.langchain4j.model.chat.request.ResponseFormatType;
import dev.langchain4j.model.chat.request.json.JsonObjectSchema;
import dev.langchain4j.model.chat.request.json.JsonRawSchema;
import dev.langchain4j.model.chat.request.json.JsonSchema;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.llm.Conversation.Message;
import dev.millrace.llm.Conversation.Tool;
import dev.millrace.llm.Conversation.ToolCall;
import dev.millrace.llm.chat.ChatModels;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The conversation as a chat model wants it, and its reply as {@code llm.chat} gives it. */
record AskedModel(ChatModels models) implements Chat {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Override
  public StageAnswer next(String model, Conversation conversation) {
    return models.chat(model, request(conversation), this::output);
  }

  private static ChatRequest request(Conversation conversation) {
    var request =
        ChatRequest.builder()
            .messages(conversation.messages().stream().map(AskedModel::message).toList());
    if (!conversation.tools().isEmpty()) {
      request.toolSpecifications(conversation.tools().stream().map(AskedModel::tool).toList());
    }
    if (conversation.repliesInJson()) {
      request.responseFormat(format(conversation.responseSchema()));
    }
    return request.build();
  }

  private static ChatMessage message(Message message) {
    return switch (message.role()) {
      case SYSTEM -> SystemMessage.from(message.content());
      case USER -> UserMessage.from(message.content());
      case ASSISTANT -> assistant(message);
      case TOOL ->
          ToolExecutionResultMessage.from(message.toolCallId(), message.name(), message.content());
    };
  }

  private static ChatMessage assistant(Message message) {
    var calls =
        message.toolCalls().stream()
            .map(call ->
                ToolExecutionRequest.builder()
                    .id(call.id())
                    .name(call.name())
                    .arguments(call.arguments().toString())
                    .build())
            .toList();
    return AiMessage.builder()
        .text(message.content().isEmpty() && !calls.isEmpty() ? null : message.content())
        .toolExecutionRequests(calls)
        .build();
  }

  private static ToolSpecification tool(Tool tool) {
    return ToolSpecification.builder()
        .name(tool.name())
        .description(tool.description())
        .parameters(objectSchema(tool.parameters()))
        .build();
  }

  /** The outermost object as the library's own type, all within as it was written. */
  private static JsonObjectSchema objectSchema(JsonNode schema) {
    var parameters = JsonObjectSchema.builder();
    schema
        .path("properties")
        .properties()
        .forEach(property ->
            parameters.addProperty(
                property.getKey(), JsonRawSchema.from(property.getValue().toString())));
    var required = new ArrayList<String>();
    schema.path("required").forEach(name -> required.add(name.asText()));
    if (!required.isEmpty()) {
      parameters.required(required);
    }
    if (schema.path("additionalProperties").isBoolean()) {
      parameters.additionalProperties(schema.path("additionalProperties").booleanValue());
    }
    return parameters.build();
  }

  private static ResponseFormat format(@Nullable JsonNode schema) {
    var format = ResponseFormat.builder().type(ResponseFormatType.JSON);
    if (schema != null) {
      format.jsonSchema(
          JsonSchema.builder().name("reply").rootElement(objectSchema(schema)).build());
    }
    return format.build();
  }

  private JsonNode output(ChatResponse reply, String model) {
    var said = reply.aiMessage();
    var usage = reply.tokenUsage();
    return new ChatReply(
            said.text() == null ? "" : said.text(),
            calls(said),
            reply.finishReason() == null
                ? "stop"
                : reply.finishReason().name().toLowerCase(Locale.ROOT),
            models.provider(),
            model,
            usage == null ? 0 : orZero(usage.inputTokenCount()),
            usage == null ? 0 : orZero(usage.outputTokenCount()))
        .json();
  }

  private static int orZero(@Nullable Integer count) {
    return count == null ? 0 : count;
  }

  private static List<ToolCall> calls(AiMessage said) {
    var calls = new ArrayList<ToolCall>();
    for (var call : said.toolExecutionRequests()) {
      var id = call.id() == null ? "call-" + (calls.size() + 1) : call.id();
      calls.add(new ToolCall(id, call.name(), arguments(call)));
    }
    return calls;
  }

  private static JsonNode arguments(ToolExecutionRequest call) {
    if (call.arguments() == null || call.arguments().isBlank()) {
      return JsonNodeFactory.instance.objectNode();
    }
    try {
      return MAPPER.readTree(call.arguments());
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("the arguments of '" + call.name() + "' are no JSON", e);
    }
  }
}
