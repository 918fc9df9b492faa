package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.workflow.WorkflowState.Run;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.Set;

/**
 * Events as the CloudEvents specification has them.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents
 *     1.0.2</a>
 */
public final class CloudEvents {
  private static final String SPEC_VERSION = "1.0";

  private CloudEvents() {}

  /**
   * The event of an {@code emit}, with what its definition leaves to the engine. The id is made
   * from the position, so that the same occurrence always emits the same event.
   *
   * @throws Fault if what the definition gives is no CloudEvent
   */
  static ObjectNode complete(JsonNode given, Run run, TaskPosition position, Instant now) {
    if (!given.path("type").isTextual()) {
      throw new Fault(Kind.VALIDATION.error("an event needs a 'type', a text"));
    }
    var event = JsonNodeFactory.instance.objectNode();
    event.put("specversion", SPEC_VERSION);
    event.put("id", position.idempotencyKey(run.instanceId()));
    event.put("source", "/" + run.definition().namespace() + "/" + run.definition().name());
    event.put("time", now.toString());
    given.properties().forEach(each -> event.set(each.getKey(), each.getValue()));
    if (event.has("data") && !event.has("datacontenttype")) {
      event.put("datacontenttype", "application/json");
    }
    requireAttributes(event);
    return event;
  }

  /** Attributes are plain values, and the time an instant; only {@code data} is anything. */
  private static void requireAttributes(ObjectNode event) {
    for (var attribute : event.properties()) {
      if (attribute.getValue().isContainerNode() && !attribute.getKey().equals("data")) {
        throw new Fault(
            Kind.VALIDATION.error("attribute '" + attribute.getKey() + "' of an event is no text"));
      }
    }
    try {
      OffsetDateTime.parse(event.path("time").asText());
    } catch (DateTimeParseException e) {
      throw new Fault(Kind.VALIDATION.error("'time' of an event: " + e.getMessage()));
    }
    var problem = problem(event);
    if (!problem.isEmpty()) {
      throw new Fault(Kind.VALIDATION.error(problem));
    }
  }

  /** The event a signal amounts to. */
  static ObjectNode ofSignal(String name, String id, JsonNode data, Run run, Instant now) {
    var event = JsonNodeFactory.instance.objectNode();
    event.put("specversion", SPEC_VERSION);
    event.put("id", id);
    event.put("source", "/signals/" + run.instanceId());
    event.put("type", "dev.millrace.signal." + name);
    event.put("time", now.toString());
    event.put("datacontenttype", "application/json");
    event.set("data", data);
    return event;
  }

  /**
   * What is wrong with an event somebody sent.
   *
   * @return empty when nothing is
   */
  public static String problem(JsonNode event) {
    if (!event.isObject()) {
      return "a CloudEvent is a JSON object";
    }
    for (var attribute : Set.of("specversion", "id", "source", "type")) {
      if (!event.path(attribute).isTextual() || event.path(attribute).asText().isBlank()) {
        return "a CloudEvent needs '" + attribute + "', a text";
      }
    }
    return "";
  }
}
