package dev.millrace.stages;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.expression.CapturedExpression;
import dev.millrace.core.stage.StageRequest;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Requests to stages, as tests ask them. */
public final class StageRequests {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TaskPosition POSITION = new TaskPosition("/do/0/work", "");

  private StageRequests() {}

  public static StageRequest request(String stage, String function, JsonNode arguments) {
    return request(stage, function, arguments, "order-1", null);
  }

  public static StageRequest request(
      String stage,
      String function,
      JsonNode arguments,
      String instance,
      @Nullable Instant deadline) {
    var id = new InstanceId(instance);
    return new StageRequest(
        id,
        POSITION,
        new StageName(stage),
        function,
        arguments,
        1,
        POSITION.idempotencyKey(id),
        deadline);
  }

  /**
   * What the engine asks where secrets are used.
   *
   * @param pointers where the text in the arguments is an expression with secrets
   */
  public static StageRequest withSecrets(
      String stage, String function, JsonNode arguments, String... pointers) {
    var plain = request(stage, function, arguments);
    for (var pointer : pointers) {
      var path = JsonPointer.compile(pointer);
      var captured =
          new CapturedExpression(
                  arguments.at(path).asText(),
                  Instant.EPOCH,
                  NullNode.instance,
                  JSON.createObjectNode())
              .toJson();
      if (arguments.at(path.head()) instanceof ArrayNode array) {
        array.set(path.last().getMatchingIndex(), captured);
      } else {
        ((ObjectNode) arguments.at(path.head())).set(path.last().getMatchingProperty(), captured);
      }
    }
    return new StageRequest(
        plain.instanceId(),
        plain.position(),
        plain.stage(),
        function,
        arguments,
        plain.attempt(),
        plain.idempotencyKey(),
        plain.deadline(),
        List.of(pointers));
  }

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
