package dev.millrace.wire;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.core.StageName;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * The topics of a namespace, as {@code schemas/topics.yaml} lists them: makes those that are
 * missing, refuses those that are something else.
 */
public final class TopicCatalogue {
  /** How long one request to the brokers may take. */
  public static final Duration ADMIN_TIMEOUT = Duration.ofSeconds(30);

  private static final Duration VISIBLE_POLL = Duration.ofMillis(20);
  private static final String SOURCE = "/topics.yaml";
  private final List<TopicSpec> specs;

  private TopicCatalogue(List<TopicSpec> specs) {
    this.specs = List.copyOf(specs);
  }

  private record Document(List<TopicSpec> topics) {}

  public static TopicCatalogue load() {
    try (var in = TopicCatalogue.class.getResourceAsStream(SOURCE)) {
      var document = new YAMLMapper().readValue(Objects.requireNonNull(in), Document.class);
      return new TopicCatalogue(document.topics());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public List<TopicSpec> specs() {
    return specs;
  }

  /**
   * Makes every topic that is missing. Repeating it, or running it in several processes at once, is
   * harmless. When it returns, every one of them can be used. Changelogs are left to Kafka Streams.
   *
   * @param stages whose queues are wanted
   * @throws TopicMismatchException if a topic exists with another number of partitions
   * @throws KafkaException if the brokers refuse, or do not answer within {@link #ADMIN_TIMEOUT}
   */
  public void ensure(Admin admin, Topics topics, Collection<StageName> stages, TopicSizing sizing) {
    var wanted = wanted(topics, stages, sizing);
    var existing = existing(admin, wanted.keySet());
    create(admin, wanted.values().stream().filter(it -> !existing.containsKey(it.name())).toList());
    requireSame(wanted, visible(admin, wanted.keySet()));
  }

  private Map<String, NewTopic> wanted(
      Topics topics, Collection<StageName> stages, TopicSizing sizing) {
    return specs.stream()
        .filter(TopicSpec::isMadeByMillrace)
        .flatMap(spec -> names(spec, topics, stages).map(name -> topic(spec, name, sizing)))
        .collect(Collectors.toMap(NewTopic::name, topic -> topic, (a, _) -> a, LinkedHashMap::new));
  }

  private static Stream<String> names(TopicSpec spec, Topics topics, Collection<StageName> stages) {
    return spec.isPerStage()
        ? stages.stream().map(stage -> spec.name(topics, stage))
        : Stream.of(spec.name(topics));
  }

  private static NewTopic topic(TopicSpec spec, String name, TopicSizing sizing) {
    return new NewTopic(name, spec.partitions(sizing), sizing.replicationFactor())
        .configs(
            Map.of(
                TopicConfig.CLEANUP_POLICY_CONFIG,
                spec.cleanup(),
                TopicConfig.RETENTION_MS_CONFIG,
                Long.toString(spec.retentionMillis()),
                TopicConfig.MAX_MESSAGE_BYTES_CONFIG,
                Integer.toString(sizing.recordBytesMax()),
                TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG,
                Integer.toString(sizing.copiesInSyncMin())));
  }

  private static Map<String, TopicDescription> existing(Admin admin, Collection<String> names) {
    var existing = new HashMap<String, TopicDescription>();
    admin
        .describeTopics(names)
        .topicNameValues()
        .forEach((name, answer) -> {
          try {
            existing.put(name, await(answer));
          } catch (UnknownTopicOrPartitionException _) {
            // It is missing, which is what was asked.
          }
        });
    return existing;
  }

  private static void create(Admin admin, Collection<NewTopic> missing) {
    admin
        .createTopics(missing)
        .values()
        .values()
        .forEach(answer -> {
          try {
            await(answer);
          } catch (TopicExistsException _) {
            // Another process was quicker, with the same catalogue.
          }
        });
  }

  /** A broker says that a topic is made before each of them knows it; Streams would not wait. */
  private static Map<String, TopicDescription> visible(Admin admin, Collection<String> names) {
    var until = System.nanoTime() + ADMIN_TIMEOUT.toNanos();
    var existing = existing(admin, names);
    while (existing.size() < names.size()) {
      if (System.nanoTime() > until) {
        throw new KafkaException(
            "topics made, but not visible within " + ADMIN_TIMEOUT + ": of " + names);
      }
      LockSupport.parkNanos(VISIBLE_POLL.toNanos());
      existing = existing(admin, names);
    }
    return existing;
  }

  private static void requireSame(
      Map<String, NewTopic> wanted, Map<String, TopicDescription> existing) {
    var mismatches =
        existing.values().stream()
            .filter(it -> it.partitions().size() != partitions(wanted, it.name()))
            .map(it -> mismatch(it, partitions(wanted, it.name())))
            .sorted()
            .toList();
    if (!mismatches.isEmpty()) {
      throw new TopicMismatchException(String.join("\n", mismatches));
    }
  }

  private static int partitions(Map<String, NewTopic> wanted, String name) {
    return Objects.requireNonNull(wanted.get(name)).numPartitions();
  }

  private static String mismatch(TopicDescription topic, int wanted) {
    return "topic "
        + topic.name()
        + " has "
        + topic.partitions().size()
        + " partitions, the configuration says "
        + wanted
        + ": instances live where their ids hash to, so the number cannot change;"
        + " configure "
        + topic.partitions().size()
        + ", or use another namespace";
  }

  private static <T> T await(KafkaFuture<T> answer) {
    try {
      return answer.get(ADMIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException known ? known : new KafkaException(e.getCause());
    } catch (TimeoutException e) {
      throw new KafkaException("the brokers do not answer within " + ADMIN_TIMEOUT, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new KafkaException("interrupted while waiting for the brokers", e);
    }
  }
}
