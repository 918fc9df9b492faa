package dev.millrace.llm;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code llm.chat} and {@code llm.embed} as a worker runs them: with contract, guard and all. */
final class LlmFunctionsTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TaskPosition POSITION = new TaskPosition("/do/0/ask", "");

  @TempDir private Path folder;
  private final List<JsonNode> received = new ArrayList<>();
  private @Nullable HttpServer server;

  @AfterEach
  void stop() {
    if (server != null) {
      server.stop(0);
    }
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private StageAnswer answer(Map<String, String> settings, String function, String arguments) {
    var spec = spec(settings, function);
    var id = new InstanceId("chat-1");
    var request =
        new StageRequest(
            id,
            POSITION,
            spec.name(),
            function,
            json(arguments),
            1,
            POSITION.idempotencyKey(id),
            null);
    try {
      return ((Answered) new GuardedStage(spec).execute(request, () -> true)).answer();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private StageSpec spec(Map<String, String> settings, String function) {
    return new LlmStages()
        .stages(new StageSettings(folder, settings)).stream()
            .filter(stage -> stage.functions().containsKey(function))
            .findFirst()
            .orElseThrow();
  }

  private JsonNode output(Map<String, String> settings, String function, String arguments) {
    var answer = answer(settings, function, arguments);
    assertThat(answer).isInstanceOf(Completed.class);
    var output = ((Completed) answer).output();
    var contract = Objects.requireNonNull(spec(settings, function).contracts().get(function));
    assertThat(
            new dev.millrace.core.plan.FunctionContract("", contract.output(), json("{}"))
                .violations(output))
        .as("the output keeps the contract")
        .isEmpty();
    return output;
  }

  private static WorkflowError refusal(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return ((Refused) answer).error();
  }

  private Map<String, String> endpoint(String reply) throws IOException {
    var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    this.server = server;
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext(
        "/",
        exchange -> {
          received.add(JSON.readTree(exchange.getRequestBody()));
          var body = reply.replace('\'', '"').getBytes(UTF_8);
          exchange.getResponseHeaders().add("content-type", "application/json");
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    server.start();
    return Map.of(
        "llm.provider", "openai",
        "llm.base-url", "http://localhost:" + server.getAddress().getPort(),
        "llm.model", "test-model");
  }

  // A model over its real protocol.

  @Test
  void a_model_may_ask_for_tools_and_their_results_go_back() throws IOException {
    var settings =
        endpoint(
            """
            {'id': 'x', 'object': 'chat.completion', 'model': 'test-model', 'choices': [{'index': 0,
             'finish_reason': 'tool_calls', 'message': {'role': 'assistant', 'content': null,
             'tool_calls': [{'id': 'c9', 'type': 'function', 'function': {'name': 'weather',
             'arguments': '{\\'city\\': \\'Bern\\'}'}}]}}],
             'usage': {'prompt_tokens': 12, 'completion_tokens': 5, 'total_tokens': 17}}
            """);
    var output =
        output(
            settings,
            "llm.chat",
            """
            {'messages': [
               {'role': 'system', 'content': 'You help.'},
               {'role': 'user', 'content': 'Is it warm in Basel and in Bern?'},
               {'role': 'assistant', 'content': '', 'toolCalls': [
                  {'id': 'c8', 'name': 'weather', 'arguments': {'city': 'Basel'}}]},
               {'role': 'tool', 'toolCallId': 'c8', 'name': 'weather', 'content': {'celsius': 21}}],
             'tools': [{'name': 'weather', 'description': 'tells it', 'parameters': {
               'type': 'object', 'required': ['city'],
               'properties': {'city': {'type': 'string', 'pattern': '^[A-Z]'}}}}]}
            """);

    assertThat(output.path("message"))
        .isEqualTo(
            json(
                "{'role': 'assistant', 'content': '', 'toolCalls': [{'id': 'c9', 'name': 'weather',"
                    + " 'arguments': {'city': 'Bern'}}]}"));
    assertThat(output.path("usage"))
        .isEqualTo(json("{'inputTokens': 12, 'outputTokens': 5, 'totalTokens': 17}"));
    assertThat(output.path("finishReason").asText()).isEqualTo("tool_execution");

    var request = received.getFirst();
    assertThat(request.at("/messages/3/role").asText()).isEqualTo("tool");
    assertThat(request.at("/messages/3/tool_call_id").asText()).isEqualTo("c8");
    assertThat(request.at("/messages/3/content").asText()).isEqualTo("{\"celsius\":21}");
    assertThat(request.at("/messages/2/tool_calls/0/id").asText()).isEqualTo("c8");
    var parameters = request.at("/tools/0/function/parameters");
    assertThat(parameters.at("/properties/city"))
        .isEqualTo(json("{'type': 'string', 'pattern': '^[A-Z]'}"));
    assertThat(parameters.path("required")).isEqualTo(json("['city']"));
  }

  @Test
  void a_reply_can_be_asked_for_in_json() throws IOException {
    var settings =
        endpoint(
            "{'id': 'x', 'model': 'm', 'choices': [{'index': 0, 'finish_reason': 'stop', 'message':"
                + " {'role': 'assistant', 'content': '{}'}}]}");
    output(
        settings,
        "llm.chat",
        "{'messages': [{'role': 'user', 'content': 'Judge.'}], 'responseFormat': {'type': 'json',"
            + " 'schema': {'type': 'object', 'properties': {'good': {'type': 'boolean'}}}}}");
    assertThat(received.getFirst().at("/response_format/type").asText()).isEqualTo("json_schema");
    assertThat(
            received
                .getFirst()
                .at("/response_format/json_schema/schema/properties/good/type")
                .asText())
        .isEqualTo("boolean");
  }

  // Without a model.

  @Test
  void without_a_provider_sentences_of_the_conversation_are_the_reply_and_it_says_so() {
    var output =
        output(
            Map.of(),
            "llm.chat",
            """
            {'messages': [
               {'role': 'system', 'content': 'Bread is baked in ovens. The capital of Peru is Lima.'},
               {'role': 'user', 'content': 'Which city is the capital of Peru?'}]}
            """);
    assertThat(output.at("/message/content").asText()).isEqualTo("The capital of Peru is Lima.");
    assertThat(output.path("provider").asText()).isEqualTo("extractive");
  }

  @Test
  void a_script_replies_the_same_every_time() throws IOException {
    var script =
        Files.writeString(
            folder.resolve("agent.yaml"),
            """
            - {turn: 0, when: weather, toolCalls: [{name: weather, arguments: {city: Bern}}]}
            - {after: weather, content: It is warm.}
            """);
    var settings = Map.of("llm.script", script.toString());
    var first =
        output(settings, "llm.chat", "{'messages': [{'role': 'user', 'content': 'the weather?'}]}");
    assertThat(first.at("/message/toolCalls/0"))
        .isEqualTo(json("{'id': 'call-0-1', 'name': 'weather', 'arguments': {'city': 'Bern'}}"));
    assertThat(first.path("provider").asText()).isEqualTo("scripted");

    var then =
        """
        {'messages': [{'role': 'user', 'content': 'the weather?'},
           {'role': 'assistant', 'toolCalls': [{'id': 'a', 'name': 'weather', 'arguments': {}}]},
           {'role': 'tool', 'toolCallId': 'a', 'name': '%s', 'content': '21'}]}
        """;
    assertThat(
            output(settings, "llm.chat", then.formatted("weather")).at("/message/content").asText())
        .isEqualTo("It is warm.");
    assertThat(refusal(answer(settings, "llm.chat", then.formatted("news"))).detail())
        .isEqualTo("the script has no reply for turn 1");
  }

  @Test
  void a_script_that_is_not_there_is_told_by_its_name() {
    var error =
        refusal(
            answer(
                Map.of("llm.script", "no/such/file"),
                "llm.chat",
                "{'messages': [{'role': 'user', 'content': 'x'}]}"));
    assertThat(error.detail()).contains("llm.script 'no/such/file'");
  }

  // What is wrong.

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{'messages': []}",
        "{'messages': [{'role': 'robot', 'content': 'x'}]}",
        "{'messages': [{'role': 'user'}], 'prompt': 'x', 'variables': {}}",
        "{'prompt': 'x'}",
        "{'messages': [{'role': 'user'}], 'temperature': 3}",
      })
  void arguments_that_break_the_contract_are_refused(String arguments) {
    var error = refusal(answer(Map.of(), "llm.chat", arguments));
    assertThat(error.type()).isEqualTo(Kind.VALIDATION.type());
    assertThat(error.status()).isEqualTo(400);
  }

  @Test
  void a_prompt_nobody_brings_is_refused_with_those_there_are() {
    var error = refusal(answer(Map.of(), "llm.chat", "{'prompt': 'sonnet', 'variables': {}}"));
    assertThat(error.detail()).isEqualTo("there is no prompt 'sonnet', there are []");
  }

  // Embeddings.

  @Test
  void texts_close_in_meaning_have_vectors_close_to_each_other() {
    var output =
        output(
            Map.of(),
            "llm.embed",
            "{'texts': ['A cat sleeps.', 'A kitten is asleep.', 'Taxes rise in May.']}");
    assertThat(output.path("dimension").asInt()).isEqualTo(384);
    var vectors = output.path("vectors");
    assertThat(product(vectors.get(0), vectors.get(0))).isCloseTo(1, within(1e-4));
    assertThat(product(vectors.get(0), vectors.get(1)))
        .isGreaterThan(product(vectors.get(0), vectors.get(2)) + 0.3);
  }

  private static double product(JsonNode a, JsonNode b) {
    double product = 0;
    for (int i = 0; i < a.size(); i++) {
      product += a.get(i).asDouble() * b.get(i).asDouble();
    }
    return product;
  }

  @Test
  void a_model_that_is_not_there_is_refused() {
    assertThat(refusal(answer(Map.of(), "llm.embed", "{'texts': [], 'model': 'ada'}")).type())
        .isEqualTo(Kind.CONFIGURATION.type());
  }
}
