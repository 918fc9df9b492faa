package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.CATALOG;
import static dev.millrace.core.plan.Definitions.definition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.expression.Scope;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arguments of the calls that the language has, and what is wrong with them. */
final class CallArgumentsTest {

  @Test
  void an_mcp_call_is_work_for_the_stage_mcp_with_its_arguments_evaluated() {
    var call =
        call(
            """
            - a:
                call: mcp
                with:
                  method: tools/call
                  parameters: {name: add, arguments: {a: '${ .n }'}}
                  protocolVersion: '2025-06-18'
                  timeout: {seconds: 5}
                  client: {name: me, version: '1'}
                  transport:
                    http:
                      endpoint: https://{host}.example.com/mcp
                      headers: {X-Mode: '${ .mode }'}
            """);
    assertThat(call.stage()).isEqualTo(new StageName("mcp"));
    assertThat(call.function()).isEqualTo("mcp");
    assertThat(arguments(call, "{'n': 2, 'host': 'a', 'mode': 'fast'}"))
        .isEqualTo(
            json(
                "{'method': 'tools/call', 'parameters': {'name': 'add', 'arguments': {'a': 2}},"
                    + " 'protocolVersion': '2025-06-18', 'timeout': 'PT5S', 'client': {'name':"
                    + " 'me', 'version': '1'}, 'transport': {'http': {'endpoint':"
                    + " 'https://a.example.com/mcp', 'headers': {'X-Mode': 'fast'}}}}"));
  }

  @Test
  void parameters_of_mcp_may_be_one_expression_and_stdio_has_a_command() {
    var call =
        call(
            """
            - a:
                call: mcp
                with:
                  method: tools/call
                  parameters: '${ .call }'
                  transport: {stdio: {command: tool, arguments: ['--x', '${ .n }'], environment: {A: b}}}
            """);
    assertThat(arguments(call, "{'n': 2, 'call': {'name': 'add'}}"))
        .isEqualTo(
            json(
                "{'method': 'tools/call', 'parameters': {'name': 'add'}, 'transport': {'stdio':"
                    + " {'command': 'tool', 'arguments': ['--x', 2], 'environment': {'A': 'b'}}}}"));
  }

  @Test
  void a_grpc_call_knows_where_its_service_is_and_who_describes_it() {
    var call =
        call(
            """
            - a:
                call: grpc
                with:
                  proto: {endpoint: 'file:///opt/protos/greet.proto'}
                  service: {name: Greeter, host: localhost, port: 50051}
                  method: SayHello
                  arguments: {name: '${ .name }'}
            """);
    assertThat(call.stage()).isEqualTo(new StageName("grpc"));
    assertThat(arguments(call, "{'name': 'Ada'}"))
        .isEqualTo(
            json(
                "{'proto': 'file:///opt/protos/greet.proto', 'service': {'name': 'Greeter',"
                    + " 'host': 'localhost', 'port': 50051}, 'method': 'SayHello', 'arguments':"
                    + " {'name': 'Ada'}}"));
  }

  @Test
  void an_a2a_call_names_an_agent_by_its_server_or_its_card() {
    var call =
        call(
            """
            - a:
                call: a2a
                with:
                  method: message/send
                  agentCard: {endpoint: {uri: 'https://example.com/.well-known/agent-card.json'}}
                  parameters: {message: {parts: [{kind: text, text: '${ .q }'}]}}
            """);
    assertThat(call.stage()).isEqualTo(new StageName("a2a"));
    assertThat(arguments(call, "{'q': 'why?'}"))
        .isEqualTo(
            json(
                "{'method': 'message/send', 'agentCard':"
                    + " 'https://example.com/.well-known/agent-card.json', 'parameters':"
                    + " {'message': {'parts': [{'kind': 'text', 'text': 'why?'}]}}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          mcp | {method: tools/list, transport: {http: {endpoint: {uri: 'http://x/', authentication: AS}}}} | /transport/http/endpoint
          a2a | {method: tasks/get, server: {uri: 'http://x/', authentication: AS}} | /server
          a2a | {method: tasks/get, agentCard: {endpoint: {uri: 'http://x/', authentication: AS}}} | /agentCard
          grpc | {proto: {endpoint: {uri: 'http://x/y', authentication: AS}}, service: {name: S, host: h}, method: M} | /proto
          grpc | {proto: {endpoint: 'http://x/y'}, service: {name: S, host: h, authentication: AS}, method: M} | /service
          asyncapi | {document: {endpoint: {uri: 'http://x/', authentication: AS}}, channel: c, message: {}} | /document
          asyncapi | {document: {endpoint: 'http://x/'}, channel: c, message: {}, authentication: AS} | ``
          openapi | {document: {endpoint: {uri: 'http://x/', authentication: AS}}, operationId: o} | /document
          """)
  void whoever_is_asked_may_ask_who_calls(String kind, String with, String place) {
    var authentication = "{bearer: {token: '${ $secrets.pass }'}}";
    var call =
        compiled(
            Definitions.HEAD
                + "use: {secrets: [pass]}\ndo:\n- a: {call: %s, with: %s}\n"
                    .formatted(kind, with.replace("AS", authentication)));
    assertThat(call.secretPointers()).containsExactly(place + "/authentication/bearer/token");
  }

  @Test
  void a_condition_of_a_subscription_stays_text_and_brings_the_variables_it_names() {
    var call =
        call(
            """
            - a:
                call: asyncapi
                with:
                  document: {endpoint: 'https://example.com/asyncapi.yaml'}
                  operation: receive
                  protocol: kafka
                  subscription:
                    filter: '${ .payload.room == $input.room }'
                    consume: {until: '${ length > $context.most }', for: PT5S}
            """);
    var subscription = (ObjectNode) arguments(call, "{'room': 'r'}").path("subscription");
    assertThat(subscription.remove("since").asLong(-1)).isEqualTo(Instant.EPOCH.toEpochMilli());
    assertThat(subscription)
        .isEqualTo(
            json(
                "{'filter': {'expression': '${ .payload.room == $input.room }', 'variables':"
                    + " {'input': {'room': 'r'}}}, 'consume': {'until': {'expression': '${ length"
                    + " > $context.most }', 'variables': {'context': {'most': 2}}}, 'for':"
                    + " 'PT5S'}}"));
  }

  @Test
  void text_of_the_input_that_looks_like_a_condition_never_becomes_one() {
    var call =
        call(
            """
            - a:
                call: asyncapi
                with:
                  document: {endpoint: 'https://example.com/asyncapi.yaml'}
                  channel: rooms
                  subscription: {filter: '.payload == $input', consume: {amount: 1}}
            """);
    assertThat(arguments(call, "'${ halt }'").at("/subscription/filter"))
        .isEqualTo(
            json("{'expression': '.payload == $input', 'variables': {'input': '${ halt }'}}"));
  }

  @ParameterizedTest(name = "{0} {1}: {3}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
"""
mcp | {method: tools/cal, transport: {http: {endpoint: 'http://x/'}}} | /method | expected prompts/get
mcp | {method: tools/list} | | expected 'transport'
mcp | {method: tools/list, transport: {http: {endpoint: 'http://x/'}, stdio: {command: x}}} | /transport | expected one of http, stdio
mcp | {method: tools/list, transport: {http: {endpoint: 'ftp://x/'}}} | /transport/http/endpoint | http:// or https://
mcp | {method: tools/list, transport: {http: {endpoint: {uri: 'http://x/', authentication: {use: a}}}}} | /transport/http/endpoint/authentication/use | there is no authentication 'a'
mcp | {method: tools/list, timeout: soon, transport: {stdio: {command: x}}} | /timeout | expected a duration
mcp | {method: tools/list, transport: {stdio: {arguments: []}}} | /transport/stdio | expected 'command'
mcp | {method: tools/list, transport: {stdio: {command: x, arguments: y}}} | /transport/stdio/arguments | expected a list
mcp | {method: tools/list, client: {name: me}, transport: {stdio: {command: x}}} | /client | expected 'version'
grpc | {service: {name: S, host: h}, method: M} | | expected 'proto'
grpc | {proto: {endpoint: 'file:///x'}, service: {name: S, host: h, port: 0}, method: M} | /service/port | from 1 to 65,535
grpc | {proto: {endpoint: 'file:///x'}, service: {name: S, host: h, authentication: {}}, method: M} | /service/authentication | expected one of basic
grpc | {proto: {endpoint: 'file:///x'}, service: {name: S, host: h, authentication: {digest: {username: a, password: b}}}, method: M} | /service/authentication | 'digest' is not supported for a grpc call; it has basic, bearer, oauth2, oidc
grpc | {proto: {endpoint: {uri: 'http://x/y', authentication: {bearer: {}}}}, service: {name: S, host: h}, method: M} | /proto/endpoint/authentication/bearer | expected 'token'
a2a | {method: tasks/get, server: {uri: 'http://x/', authentication: {basic: {username: a}}}} | /server/authentication/basic | expected 'password'
grpc | {proto: {endpoint: 'ftp://x/y'}, service: {name: S, host: h}, method: M} | /proto/endpoint | file:// or http:// or https://
grpc | {proto: {endpoint: 'file:///x'}, service: {name: S, host: h}, method: M, arguments: x} | /arguments | expected an object
a2a | {method: message/send} | | expected 'server' or 'agentCard'
a2a | {method: message/sent, server: 'http://x/'} | /method | expected agent/getAuth
a2a | {method: tasks/get, server: 'http://x/', parameters: 1} | /parameters | expected an object
asyncapi | {document: {endpoint: 'http://x/'}, message: {}} | | either 'channel' or 'operation'
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, operation: o, message: {}} | | either 'channel' or 'operation'
asyncapi | {document: {endpoint: 'http://x/'}, channel: c} | | either 'message' or 'subscription'
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, message: {}, authentication: {digest: {username: a, password: b}}} | /authentication | 'digest' is not supported for an asyncapi call
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, protocol: amqp, message: {}} | /protocol | not supported yet
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, protocol: kafak, message: {}} | /protocol | expected kafka
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, subscription: {consume: {amount: 0}}} | /subscription/consume/amount | from 1 to 10,000
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, subscription: {consume: {for: PT1S}}} | /subscription/consume | expected one of amount, until, while
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, subscription: {foreach: {item: a, at: a}, consume: {amount: 1}}} | /subscription/foreach | 'item' and 'at' need different names
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, subscription: {foreach: {each: a}, consume: {amount: 1}}} | /subscription/foreach/each | unknown key
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, subscription: {foreach: {do: [{b: {set: {x: '${ $nobody }'}}}]}, consume: {amount: 1}}} | /subscription/foreach/do/0/b/set/x | nobody
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, subscription: {filter: '.a ==', consume: {amount: 1}}} | /subscription/filter | expression
asyncapi | {document: {endpoint: 'http://x/'}, channel: c, subscription: {filter: $nobody, consume: {amount: 1}}} | /subscription/filter | nobody
""")
  void what_is_wrong_is_found_at_deploy_time(
      String kind, String with, @Nullable String below, String message) {
    var failure = failure("- a: {call: %s, with: %s}".formatted(kind, with));
    assertThat(failure.problems())
        .anySatisfy(problem -> {
          assertThat(problem.pointer())
              .isEqualTo("/do/0/a/with" + Objects.requireNonNullElse(below, ""));
          assertThat(problem.message()).contains(message);
        });
  }

  @Test
  void a_call_of_the_language_is_no_function_of_a_catalog() {
    var problem = failure("- a: {call: 'asyncapi:1.0.0@default'}").problems().getFirst();
    assertThat(problem.message()).isEqualTo("'asyncapi' is no function of a catalog");
    assertThat(problem.suggestion()).isEqualTo("asyncapi");
  }

  private static InvalidDefinitionException failure(String tasks) {
    return catchThrowableOfType(
        InvalidDefinitionException.class, () -> PlanCompiler.compile(definition(tasks), CATALOG));
  }

  private static TaskPlan.Call call(String tasks) {
    return compiled(definition(tasks));
  }

  private static TaskPlan.Call compiled(String definition) {
    try {
      var plan = PlanCompiler.compile(definition, CATALOG).plan();
      return (TaskPlan.Call) plan.body().tasks().getFirst();
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }

  private static JsonNode arguments(TaskPlan.Call call, String input) {
    var data = json(input);
    return call.arguments()
        .evaluate(new Data(data, Map.of("input", data, "context", json("{'most': 2}"))));
  }

  private record Data(JsonNode current, Map<String, JsonNode> variables) implements Scope {
    @Override
    public @Nullable JsonNode variable(String name) {
      return variables.get(name);
    }

    @Override
    public Instant now() {
      return Instant.EPOCH;
    }
  }

  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
