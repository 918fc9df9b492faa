package dev.millrace.stages;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageRequest;
import java.time.Instant;
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

  public static JsonNode json(String text) {
    try {
      return JSON.readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
