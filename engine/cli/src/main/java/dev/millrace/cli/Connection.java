package dev.millrace.cli;

import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.RegistrySettings;
import dev.millrace.wire.Topics;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.jspecify.annotations.Nullable;

/**
 * Which broker and which namespace a command talks to.
 *
 * @param registry base of a Confluent-compatible schema registry; null where there is none
 */
record Connection(String bootstrapServers, Topics topics, @Nullable URI registry) {
  private static final int REACH_TIMEOUT_MS = 5_000;

  AvroCodecs codecs() {
    return registry == null
        ? AvroCodecs.embedded(topics)
        : AvroCodecs.withRegistry(topics, RegistrySettings.at(registry));
  }

  /** What a topic takes, in words; asked only for the sake of a message. */
  String recordBytesMax(String topic) {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    try (var admin = Admin.create(settings())) {
      var configs =
          admin
              .describeConfigs(List.of(resource))
              .all()
              .get(REACH_TIMEOUT_MS, TimeUnit.MILLISECONDS);
      var config = Objects.requireNonNull(configs.get(resource));
      var bytes = config.get(TopicConfig.MAX_MESSAGE_BYTES_CONFIG).value();
      return "%,d at most".formatted(Long.parseLong(bytes));
    } catch (ExecutionException | java.util.concurrent.TimeoutException | KafkaException _) {
      return "less";
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
      return "less";
    }
  }

  private Map<String, Object> settings() {
    return Map.of(
        AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers,
        AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, REACH_TIMEOUT_MS,
        AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, REACH_TIMEOUT_MS);
  }

  /**
   * Asks the broker for a sign of life, because Kafka's clients themselves would wait for a minute.
   *
   * @throws CommandFailure if no broker answers within {@value #REACH_TIMEOUT_MS} ms
   */
  Connection reached() {
    try (var admin = Admin.create(settings())) {
      admin.describeCluster().nodes().get(REACH_TIMEOUT_MS, TimeUnit.MILLISECONDS);
      return this;
    } catch (ExecutionException | java.util.concurrent.TimeoutException | KafkaException e) {
      throw new CommandFailure(
          ExitCode.UNREACHABLE, "no Kafka broker answers at " + bootstrapServers, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new CommandFailure(ExitCode.UNREACHABLE, "interrupted", e);
    }
  }
}
