package dev.millrace.stages.asyncapi;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.stages.asyncapi.AsyncApiCall.Publish;
import dev.millrace.stages.asyncapi.KafkaChannel.Cluster;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.pool.Pool;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Publishes messages. A message is acknowledged by all in-sync replicas. Between attempts of a task
 * it is published at least once: the header {@value #IDEMPOTENCY_KEY} tells a reader that it has
 * seen it before.
 */
final class KafkaPublisher implements AutoCloseable {
  static final String IDEMPOTENCY_KEY = "idempotency-key";

  /** Clusters a worker publishes to at once. */
  static final int PRODUCERS_MAX = 16;

  static final Duration IDLE_MAX = Duration.ofMinutes(5);

  /** How long to look for the topic; then nothing was sent. */
  static final Duration METADATA_TIMEOUT = Duration.ofSeconds(10);

  /** How long the brokers may take to have the message. */
  static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(15);

  private static final String CONTENT_TYPE = "content-type";
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(2);

  private final Pool<Cluster, KafkaProducer<byte[], byte[]>> producers;

  KafkaPublisher(AuthorizedClient credentials) {
    this.producers =
        new Pool<>("asyncapi-kafka", PRODUCERS_MAX, IDLE_MAX, new Producers(credentials));
  }

  /** The cluster does not know the topic, or cannot be reached: nothing was sent. */
  static final class NotSentException extends Exception {
    private static final long serialVersionUID = 1L;

    NotSentException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  /**
   * @return the message as it was published, and its place
   * @throws NotSentException if nothing was sent
   * @throws ExecutionException if sending it failed; the cause says why
   * @throws TimeoutException if the brokers did not answer in time
   */
  ObjectNode publish(KafkaChannel channel, Publish message, String idempotencyKey)
      throws NotSentException, ExecutionException, TimeoutException, InterruptedException {
    var place = producers.place(channel.cluster());
    if (place.isEmpty()) {
      throw new NotSentException("all connections are in use", new IllegalStateException());
    }
    try (var free = place.get()) {
      return publish(free.connection(METADATA_TIMEOUT), channel, message, idempotencyKey);
    } catch (AuthenticationException e) {
      place.get().discard(); // its login would be refused again
      throw e;
    }
  }

  private static ObjectNode publish(
      KafkaProducer<byte[], byte[]> producer,
      KafkaChannel channel,
      Publish message,
      String idempotencyKey)
      throws NotSentException, ExecutionException, TimeoutException, InterruptedException {
    find(producer, channel);
    var record = record(channel, message, idempotencyKey);
    var sent =
        producer
            .send(record)
            .get(DELIVERY_TIMEOUT.plus(METADATA_TIMEOUT).toMillis(), TimeUnit.MILLISECONDS);
    return output(record, message, sent);
  }

  private static void find(KafkaProducer<byte[], byte[]> producer, KafkaChannel channel)
      throws NotSentException {
    try {
      producer.partitionsFor(channel.topic());
    } catch (org.apache.kafka.common.errors.InterruptException e) {
      throw e;
    } catch (org.apache.kafka.common.errors.TimeoutException e) {
      throw new NotSentException("no answer about " + channel.shown(), e);
    }
  }

  private static ProducerRecord<byte[], byte[]> record(
      KafkaChannel channel, Publish message, String idempotencyKey) {
    var payload = message.payload();
    byte[] value = (payload.isTextual() ? payload.textValue() : payload.toString()).getBytes(UTF_8);
    var record = new ProducerRecord<byte[], byte[]>(channel.topic(), value);
    message.headers().forEach((name, text) -> record.headers().add(name, text.getBytes(UTF_8)));
    if (!message.headers().containsKey(CONTENT_TYPE)) {
      var type = payload.isTextual() ? "text/plain; charset=utf-8" : "application/json";
      record.headers().add(CONTENT_TYPE, type.getBytes(UTF_8));
    }
    if (!message.headers().containsKey(IDEMPOTENCY_KEY)) {
      record.headers().add(IDEMPOTENCY_KEY, idempotencyKey.getBytes(UTF_8));
    }
    return record;
  }

  private static ObjectNode output(
      ProducerRecord<byte[], byte[]> record, Publish message, RecordMetadata sent) {
    var output = JsonNodeFactory.instance.objectNode();
    JsonNode payload = message.payload();
    output.set("payload", payload);
    var headers = output.putObject("headers");
    record.headers().forEach(it -> headers.put(it.key(), new String(it.value(), UTF_8)));
    return output
        .put("topic", sent.topic())
        .put("partition", sent.partition())
        .put("offset", sent.offset());
  }

  /** Ends all connections. */
  @Override
  public void close() {
    producers.close();
  }

  private record Producers(AuthorizedClient credentials)
      implements Pool.Connections<Cluster, KafkaProducer<byte[], byte[]>> {
    @Override
    public KafkaProducer<byte[], byte[]> open(Cluster cluster, Duration timeout) {
      var config = KafkaClients.common(cluster, credentials);
      config.put(ProducerConfig.ACKS_CONFIG, "all");
      config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
      config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
      config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, METADATA_TIMEOUT.toMillis());
      config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis() / 2);
      config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_TIMEOUT.toMillis());
      return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public boolean isBroken(KafkaProducer<byte[], byte[]> producer) {
      return false;
    }

    @Override
    public void close(KafkaProducer<byte[], byte[]> producer) {
      producer.close(CLOSE_TIMEOUT);
    }
  }
}
