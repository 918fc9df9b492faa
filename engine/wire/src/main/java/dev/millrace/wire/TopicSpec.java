package dev.millrace.wire;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.millrace.core.StageName;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of the topic catalogue, {@code schemas/topics.yaml}.
 *
 * @param topic name, with {@code {namespace}} and perhaps {@code {stage}} to be filled in
 * @param value name of the Avro record, or {@code CloudEvent}
 * @param alsoReads another form the readers accept; null for none
 * @param cleanup {@code delete} or {@code compact}
 * @param retention ISO 8601; null for ever
 * @param partitions {@code instances}, {@code stage} or a number
 * @param madeBy {@code millrace} or {@code streams}
 */
public record TopicSpec(
    String topic,
    String about,
    String key,
    String value,
    @Nullable String alsoReads,
    String cleanup,
    @Nullable String retention,
    String partitions,
    String madeBy,
    List<String> writers,
    List<String> readers) {
  private static final String NAMESPACE = "{namespace}";
  private static final String STAGE = "{stage}";

  public TopicSpec {
    writers = List.copyOf(writers);
    readers = List.copyOf(readers);
  }

  /** Whether there is one such topic for each stage. */
  @JsonProperty(access = JsonProperty.Access.READ_ONLY)
  public boolean isPerStage() {
    return topic.contains(STAGE);
  }

  boolean isAvro() {
    return !value.equals("CloudEvent");
  }

  boolean isMadeByMillrace() {
    return madeBy.equals("millrace");
  }

  String name(Topics topics) {
    return topic.replace(NAMESPACE, topics.namespace());
  }

  String name(Topics topics, StageName stage) {
    return name(topics).replace(STAGE, stage.value());
  }

  int partitions(TopicSizing sizing) {
    return switch (partitions) {
      case "instances" -> sizing.instancePartitions();
      case "stage" -> sizing.stagePartitions();
      default -> Integer.parseInt(partitions);
    };
  }

  long retentionMillis() {
    return retention == null ? -1 : Duration.parse(retention).toMillis();
  }
}
