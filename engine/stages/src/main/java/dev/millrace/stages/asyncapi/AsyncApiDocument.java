package dev.millrace.stages.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.stages.asyncapi.KafkaChannel.Cluster;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * As much of an AsyncAPI document as it takes to find a Kafka topic: of version 2 channels,
 * operations by their {@code operationId} and servers by {@code url}; of version 3 operations,
 * channels by {@code address} and servers by {@code host}; references within the document. The
 * Kafka binding's {@code topic} goes before the name or address of the channel.
 *
 * @see <a href="https://www.asyncapi.com/docs/reference/specification/v3.0.0">AsyncAPI 3.0.0</a>
 * @see <a href="https://github.com/asyncapi/bindings/tree/master/kafka">Kafka binding</a>
 */
record AsyncApiDocument(JsonNode root) {
  private static final Set<String> PROTOCOLS = Set.of("kafka", "kafka-secure");
  private static final Pattern VARIABLE = Pattern.compile("\\{([^{}]+)}");
  private static final Pattern TOPIC = Pattern.compile("[a-zA-Z0-9._-]{1,249}");
  private static final Pattern ADDRESS =
      Pattern.compile("[^,/@\\s:]+:\\d{1,5}(,[^,/@\\s:]+:\\d{1,5})*");
  private static final int REFERENCES_MAX = 16;

  /**
   * @throws IllegalArgumentException if the bytes are no AsyncAPI document of version 2 or 3
   */
  static AsyncApiDocument read(byte[] bytes) {
    try {
      var root = DefinitionReader.read(new String(bytes, UTF_8)).root();
      var version = root.path("asyncapi").asText();
      if (!version.startsWith("2.") && !version.startsWith("3.")) {
        throw new IllegalArgumentException(
            "the document is no AsyncAPI of version 2 or 3, 'asyncapi' is "
                + root.path("asyncapi"));
      }
      return new AsyncApiDocument(root);
    } catch (InvalidDefinitionException e) {
      throw new IllegalArgumentException(
          "the document is neither YAML nor JSON: " + e.problems().getFirst().message(), e);
    }
  }

  /**
   * @throws IllegalArgumentException if the document has no such channel, or no Kafka server for it
   */
  KafkaChannel channel(AsyncApiCall call) {
    var channel = call.channel() != null ? named(call.channel()) : ofOperation(call.operation());
    return new KafkaChannel(cluster(channel, call), topic(channel));
  }

  private boolean isVersion3() {
    return root.path("asyncapi").asText().startsWith("3.");
  }

  /** A channel and the name it has in the document. */
  private record Channel(String name, JsonNode value) {}

  private Channel named(String name) {
    var channel = root.path("channels").path(name);
    if (channel.isMissingNode()) {
      throw new IllegalArgumentException("the document has no channel '" + name + "'");
    }
    return new Channel(name, resolved(channel));
  }

  private Channel ofOperation(@Nullable String operation) {
    return (isVersion3() ? byReference(operation) : byOperationId(operation))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the document has no operation '" + operation + "' with a channel"));
  }

  private Optional<Channel> byReference(@Nullable String operation) {
    var channel = resolved(root.path("operations").path(String.valueOf(operation))).path("channel");
    var reference = channel.path("$ref").asText();
    var value = resolved(channel);
    return value.isObject()
        ? Optional.of(new Channel(reference.substring(reference.lastIndexOf('/') + 1), value))
        : Optional.empty();
  }

  private Optional<Channel> byOperationId(@Nullable String operation) {
    for (var channel : root.path("channels").properties()) {
      var value = resolved(channel.getValue());
      for (var kind : List.of("publish", "subscribe")) {
        if (value.path(kind).path("operationId").asText().equals(operation)) {
          return Optional.of(new Channel(channel.getKey(), value));
        }
      }
    }
    return Optional.empty();
  }

  private static String topic(Channel channel) {
    var bound = channel.value().at("/bindings/kafka/topic").textValue();
    var address = channel.value().path("address").asText(channel.name());
    var topic = bound != null ? bound : address;
    if (!TOPIC.matcher(topic).matches()) {
      throw new IllegalArgumentException(
          "channel '%s' has the address '%s', which is no name of a Kafka topic"
              .formatted(channel.name(), topic));
    }
    return topic;
  }

  private Cluster cluster(Channel channel, AsyncApiCall call) {
    var server = server(channel, call);
    var protocol = server.path("protocol").asText();
    if (!PROTOCOLS.contains(protocol)) {
      throw new IllegalArgumentException(
          "the server's protocol is %s, not supported yet by this version but kafka"
              .formatted(server.path("protocol")));
    }
    return new Cluster(
        address(server, call.variables()),
        protocol.equals("kafka-secure"),
        KafkaLogin.of(call.authentication(), securityOf(server)));
  }

  /** The types of the security schemes that the server takes, in its order. */
  private List<String> securityOf(JsonNode server) {
    List<String> types = new ArrayList<>();
    for (var each : server.path("security")) {
      if (isVersion3()) {
        types.add(resolved(each).path("type").asText());
      } else {
        each.fieldNames()
            .forEachRemaining(name ->
                types.add(
                    resolved(root.at("/components/securitySchemes").path(name))
                        .path("type")
                        .asText()));
      }
    }
    return types;
  }

  private JsonNode server(Channel channel, AsyncApiCall call) {
    if (call.server() != null) {
      var named = resolved(root.path("servers").path(call.server()));
      if (named.isMissingNode()) {
        throw new IllegalArgumentException("the document has no server '" + call.server() + "'");
      }
      return named;
    }
    return candidates(channel).stream()
        .filter(server -> PROTOCOLS.contains(server.path("protocol").asText()))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the document has no server with protocol kafka for channel '%s'"
                    .formatted(channel.name())));
  }

  /** The servers of the channel; all if it names none. */
  private List<JsonNode> candidates(Channel channel) {
    List<JsonNode> servers = new ArrayList<>();
    for (var each : channel.value().path("servers")) {
      servers.add(each.isTextual() ? root.path("servers").path(each.textValue()) : each);
    }
    if (servers.isEmpty()) {
      root.path("servers").forEach(servers::add);
    }
    return servers.stream().map(this::resolved).toList();
  }

  private static String address(JsonNode server, Map<String, String> variables) {
    var template = server.path("host").asText(server.path("url").asText());
    var address =
        VARIABLE
            .matcher(template.replaceFirst("^[a-z-]+://", ""))
            .replaceAll(
                found -> Matcher.quoteReplacement(variable(server, variables, found.group(1))));
    if (!ADDRESS.matcher(address).matches()) {
      throw new IllegalArgumentException(
          "the server's address is not host:port, or several of them: " + address);
    }
    return address;
  }

  private static String variable(JsonNode server, Map<String, String> variables, String name) {
    var given = variables.get(name);
    var value = given != null ? given : server.at("/variables/" + name + "/default").textValue();
    if (value == null) {
      throw new IllegalArgumentException("the server's variable '" + name + "' has no value");
    }
    return value;
  }

  /** The value, or what it refers to within the document. */
  private JsonNode resolved(JsonNode value) {
    var resolved = value;
    for (int count = 0; resolved.path("$ref").isTextual(); count++) {
      var reference = resolved.path("$ref").textValue();
      if (!reference.startsWith("#/") || count == REFERENCES_MAX) {
        throw new IllegalArgumentException(
            "the reference '" + reference + "' leads out of the document, or in a circle");
      }
      resolved = root.at(reference.substring(1).replace("%7B", "{").replace("%7D", "}"));
    }
    return resolved.isMissingNode() ? MissingNode.getInstance() : resolved;
  }
}
