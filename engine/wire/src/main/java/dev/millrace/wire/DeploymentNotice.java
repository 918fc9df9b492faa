package dev.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionRef;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Says on the topic of events that a definition has been deployed. Nothing orders that topic and
 * the one of definitions; an event that stands behind the notice waits until the engine has the
 * definition, and so cannot be lost because it came faster.
 *
 * @param definition names its version
 * @param deployedAt when it was deployed
 */
public record DeploymentNotice(DefinitionRef definition, Instant deployedAt) {
  public static final String TYPE = "dev.millrace.definition.deployed.v1";
  private static final String SOURCE = "/millrace/deployment";

  public static DeploymentNotice of(DeployedDefinition deployed) {
    return new DeploymentNotice(deployed.id().ref(), deployed.deployedAt());
  }

  /** A CloudEvent. */
  public JsonNode event() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("specversion", "1.0")
        .put("id", definition + "@" + deployedAt.toEpochMilli())
        .put("source", SOURCE)
        .put("type", TYPE)
        .put("subject", definition.toString())
        .put("time", deployedAt.toString());
  }

  /**
   * One for every partition, because any of them may hold the event that would come too early. To
   * be written when the broker has the definition.
   *
   * @param partitions of the topic of events
   */
  public List<ProducerRecord<byte[], byte[]>> records(Topics topics, int partitions) {
    var records = new ArrayList<ProducerRecord<byte[], byte[]>>();
    var key = definition.toString().getBytes(UTF_8);
    for (int partition = 0; partition < partitions; partition++) {
      records.add(
          new ProducerRecord<>(
              topics.events(),
              partition,
              key,
              CloudEventRecords.value(event()),
              CloudEventRecords.headers()));
    }
    return records;
  }

  /**
   * The notice an event is.
   *
   * @return empty when it is any other event
   */
  public static Optional<DeploymentNotice> in(JsonNode event) {
    if (!event.path("type").asText().equals(TYPE)
        || !event.path("source").asText().equals(SOURCE)) {
      return Optional.empty();
    }
    try {
      var definition = DefinitionRef.parse(event.path("subject").asText());
      var at = Instant.parse(event.path("time").asText());
      return definition.version() == null
          ? Optional.empty()
          : Optional.of(new DeploymentNotice(definition, at));
    } catch (IllegalArgumentException | DateTimeException _) {
      return Optional.empty();
    }
  }
}
