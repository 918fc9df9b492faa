package dev.millrace.stages.asyncapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.stages.http.Authentication;
import dev.millrace.stages.http.Endpoint;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code call: asyncapi} task asks for, read from its evaluated arguments.
 *
 * @param channel null if an operation names it
 * @param operation null if the definition names the channel
 * @param server null if the document says which
 * @param variables of the server's address
 */
record AsyncApiCall(
    Endpoint document,
    @Nullable String channel,
    @Nullable String operation,
    @Nullable String server,
    Map<String, String> variables,
    Authentication authentication,
    Action action) {

  /** What to do with the channel. */
  sealed interface Action {}

  /**
   * @param headers text as it stands, other values as JSON
   */
  record Publish(JsonNode payload, Map<String, String> headers) implements Action {}

  /**
   * @param since messages from then on count
   * @param filter null if every message counts
   * @param patience after which what has come is enough; null if only the end counts
   */
  record Subscribe(Instant since, @Nullable Condition filter, End end, @Nullable Duration patience)
      implements Action {}

  /** When a subscription has enough messages. */
  sealed interface End {
    record Amount(int amount) implements End {}

    /** Asked of the list of messages after each. */
    record While(Condition condition) implements End {}

    /** Asked of the list of messages before each. */
    record Until(Condition condition) implements End {}
  }

  /**
   * @throws IllegalArgumentException if the arguments are none of an AsyncAPI call; the message
   *     names the argument
   */
  static AsyncApiCall read(JsonNode arguments) {
    var server = arguments.path("server");
    if (arguments.has("channel") == arguments.has("operation")) {
      throw new IllegalArgumentException("either 'channel' or 'operation' is text");
    }
    return new AsyncApiCall(
        Endpoint.read(arguments.path("document")),
        arguments.path("channel").textValue(),
        arguments.path("operation").textValue(),
        server.path("name").textValue(),
        texts(server.path("variables")),
        Authentication.read(arguments.path("authentication")),
        action(arguments));
  }

  private static Action action(JsonNode arguments) {
    if (arguments.has("subscription")) {
      return subscribe(arguments.path("subscription"));
    }
    var message = arguments.path("message");
    if (!message.isObject()) {
      throw new IllegalArgumentException("either 'message' or 'subscription' is an object");
    }
    return new Publish(
        message.has("payload") ? message.get("payload") : NullNode.instance,
        texts(message.path("headers")));
  }

  private static Subscribe subscribe(JsonNode node) {
    var since = Instant.ofEpochMilli(node.path("since").asLong());
    var consume = node.path("consume");
    return new Subscribe(
        since,
        node.has("filter") ? Condition.read(node.get("filter"), since) : null,
        end(consume, since),
        consume.has("for") ? duration(consume.get("for").asText()) : null);
  }

  private static End end(JsonNode consume, Instant since) {
    if (consume.has("while")) {
      return new End.While(Condition.read(consume.get("while"), since));
    }
    if (consume.has("until")) {
      return new End.Until(Condition.read(consume.get("until"), since));
    }
    int amount = consume.path("amount").asInt();
    if (amount < 1 || amount > AsyncApiStage.MESSAGES_MAX) {
      throw new IllegalArgumentException(
          "'amount' is a whole number from 1 to %,d, got %s"
              .formatted(AsyncApiStage.MESSAGES_MAX, consume.path("amount")));
    }
    return new End.Amount(amount);
  }

  private static Duration duration(String text) {
    try {
      return Duration.parse(text);
    } catch (DateTimeParseException e) {
      throw new IllegalArgumentException("'for' is an ISO 8601 duration, got " + text, e);
    }
  }

  private static Map<String, String> texts(JsonNode node) {
    Map<String, String> texts = new LinkedHashMap<>();
    node.properties()
        .forEach(member ->
            texts.put(
                member.getKey(),
                member.getValue().isValueNode()
                    ? member.getValue().asText()
                    : member.getValue().toString()));
    return texts;
  }
}
