package dev.millrace.stages.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stages.asyncapi.AsyncApiCall.End;
import dev.millrace.stages.asyncapi.AsyncApiCall.Subscribe;
import dev.millrace.stages.http.AuthorizedClient;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Duration;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;

/**
 * Reads the messages of a topic from the moment the task began, until there are enough. It reads
 * for itself, in no consumer group: another attempt reads the same messages again, and two tasks do
 * not take each other's.
 *
 * <p>A message is {@code {payload, headers}}, and {@code correlationId} if a header has that name.
 * A payload is read as JSON if it is that, else as text if it is UTF-8, else in Base64.
 */
final class KafkaSubscription {
  private static final Duration POLL = Duration.ofMillis(200);
  private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
  private static final int FETCH_BYTES_MAX = 8 * 1024 * 1024;
  private static final String CORRELATION_ID = "correlationId";
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  private final Subscribe subscribe;
  private final AuthorizedClient credentials;
  private final ArrayNode messages = NODES.arrayNode();
  private long bytes;

  KafkaSubscription(Subscribe subscribe, AuthorizedClient credentials) {
    this.credentials = credentials;
    this.subscribe = subscribe;
  }

  /** The messages are more than may be kept. */
  static final class TooMuchException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /** There were not enough messages in the time there is. */
  static final class TooFewException extends Exception {
    private static final long serialVersionUID = 1L;
  }

  /**
   * @param patienceMax after which it is an error that there are not enough
   * @throws org.apache.kafka.common.KafkaException if the cluster cannot be read
   * @throws dev.millrace.core.expression.ExpressionException if a condition cannot be evaluated
   */
  ArrayNode read(KafkaChannel channel, Duration patienceMax)
      throws TooMuchException, TooFewException {
    try (var consumer = open(channel)) {
      long end = System.nanoTime() + shorter(subscribe.patience(), patienceMax).toNanos();
      assign(consumer, channel.topic());
      boolean enough = isEnoughBefore();
      while (!enough && System.nanoTime() - end < 0) {
        enough = take(consumer.poll(POLL));
      }
      if (!enough
          && (subscribe.patience() == null || subscribe.patience().compareTo(patienceMax) > 0)) {
        throw new TooFewException();
      }
      return messages;
    }
  }

  private static Duration shorter(@Nullable Duration one, Duration other) {
    return one == null || one.compareTo(other) > 0 ? other : one;
  }

  private KafkaConsumer<byte[], byte[]> open(KafkaChannel channel) {
    var config = KafkaClients.common(channel.cluster(), credentials);
    config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "latest");
    config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES_MAX);
    config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
    config.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_TIMEOUT.toMillis());
    return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
  }

  private void assign(KafkaConsumer<byte[], byte[]> consumer, String topic) {
    List<PartitionInfo> known = consumer.partitionsFor(topic);
    var partitions = known.stream().map(it -> new TopicPartition(topic, it.partition())).toList();
    if (partitions.isEmpty()) {
      throw new org.apache.kafka.common.errors.UnknownTopicOrPartitionException(topic);
    }
    Map<TopicPartition, Long> times = new HashMap<>();
    partitions.forEach(it -> times.put(it, subscribe.since().toEpochMilli()));
    consumer.assign(partitions);
    // Asked first: what is published while the other question is under way must not be missed.
    var ends = consumer.endOffsets(partitions);
    consumer
        .offsetsForTimes(times)
        .forEach((partition, found) ->
            consumer.seek(
                partition,
                found == null ? Objects.requireNonNull(ends.get(partition)) : found.offset()));
  }

  /** Whether there are enough messages now; looks at no message after that. */
  private boolean take(Iterable<ConsumerRecord<byte[], byte[]>> records) throws TooMuchException {
    for (var record : records) {
      if (record.timestamp() < subscribe.since().toEpochMilli()) {
        continue;
      }
      var message = message(record);
      if (subscribe.filter() != null && !subscribe.filter().holds(message)) {
        continue;
      }
      bytes += record.serializedValueSize();
      if (messages.size() == AsyncApiStage.MESSAGES_MAX || bytes > AsyncApiStage.BYTES_MAX) {
        throw new TooMuchException();
      }
      messages.add(message);
      if (isEnoughAfter()) {
        return true;
      }
    }
    return false;
  }

  private boolean isEnoughBefore() {
    return subscribe.end() instanceof End.Until(var condition) && condition.holds(messages);
  }

  private boolean isEnoughAfter() {
    return switch (subscribe.end()) {
      case End.Amount(var amount) -> messages.size() >= amount;
      case End.While(var condition) -> !condition.holds(messages);
      case End.Until(var condition) -> condition.holds(messages);
    };
  }

  private static ObjectNode message(ConsumerRecord<byte[], byte[]> record) {
    var message = NODES.objectNode();
    message.set("payload", payload(record.value()));
    var headers = message.putObject("headers");
    for (var header : record.headers()) {
      headers.set(header.key(), text(header.value()));
    }
    if (headers.has(CORRELATION_ID)) {
      message.set(CORRELATION_ID, headers.get(CORRELATION_ID));
    }
    return message;
  }

  private static JsonNode payload(byte @Nullable [] bytes) {
    if (bytes == null || bytes.length == 0) {
      return NODES.nullNode();
    }
    try {
      var json = JSON.readTree(bytes);
      return json.isMissingNode() ? text(bytes) : json;
    } catch (JacksonException _) {
      return text(bytes);
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
    }
  }

  private static JsonNode text(byte @Nullable [] bytes) {
    if (bytes == null) {
      return NODES.nullNode();
    }
    try {
      return NODES.textNode(UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString());
    } catch (CharacterCodingException _) {
      return NODES.textNode(Base64.getEncoder().encodeToString(bytes));
    }
  }
}
