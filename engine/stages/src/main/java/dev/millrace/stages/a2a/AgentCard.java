package dev.millrace.stages.a2a;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.net.URI;
import java.util.Optional;

/**
 * Where an agent says that it takes JSON-RPC: {@code url} and {@code additionalInterfaces} in cards
 * of version 0.3, {@code supportedInterfaces} in those of version 1.
 *
 * @see <a href="https://a2a-protocol.org/latest/specification/">A2A protocol specification</a>
 */
final class AgentCard {
  private static final String JSON_RPC = "JSONRPC";
  private static final JsonMapper JSON = new JsonMapper();

  private AgentCard() {}

  /**
   * @throws IllegalArgumentException if the bytes are no card, or the agent takes no JSON-RPC
   */
  static URI endpoint(byte[] bytes) {
    var card = read(bytes);
    return preferred(card)
        .or(() -> among(card.path("additionalInterfaces"), "transport"))
        .or(() -> among(card.path("supportedInterfaces"), "protocolBinding"))
        .map(url -> A2aCall.endpoint("url of the agent card", url))
        .orElseThrow(
            () -> new IllegalArgumentException("the agent card offers no interface " + JSON_RPC));
  }

  private static JsonNode read(byte[] bytes) {
    try {
      return JSON.readTree(bytes);
    } catch (IOException e) {
      throw new IllegalArgumentException("the agent card is no JSON", e);
    }
  }

  private static Optional<String> preferred(JsonNode card) {
    return card.path("preferredTransport").asText(JSON_RPC).equals(JSON_RPC)
        ? Optional.ofNullable(card.path("url").textValue())
        : Optional.empty();
  }

  private static Optional<String> among(JsonNode interfaces, String kind) {
    for (var each : interfaces) {
      if (each.path(kind).asText().equals(JSON_RPC) && each.path("url").isTextual()) {
        return Optional.of(each.path("url").textValue());
      }
    }
    return Optional.empty();
  }
}
