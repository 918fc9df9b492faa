package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.broker.BrokerSettings;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.core.StageName;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real broker. */
class TopicCatalogueIT {
  private static final List<StageName> STAGES =
      List.of(new StageName("http"), new StageName("generate"));
  private static final TopicSizing SIZING = TopicSizing.singleBroker();
  @TempDir private static Path data;
  private static EmbeddedBroker broker;
  private static Admin admin;
  private final TopicCatalogue catalogue = TopicCatalogue.load();

  @BeforeAll
  static void start_a_broker() {
    broker = EmbeddedBroker.start(BrokerSettings.onFreePorts(data));
    admin =
        Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, broker.bootstrapServers()));
  }

  @AfterAll
  static void stop_the_broker() {
    admin.close();
    broker.close();
  }

  @Test
  void missing_topics_are_made_as_the_catalogue_says() throws Exception {
    var topics = new Topics("fresh");

    catalogue.ensure(admin, topics, STAGES, SIZING);

    assertThat(admin.listTopics().names().get())
        .contains(topics.stage(STAGES.getLast()), topics.commands())
        .doesNotContain(topics.journal());
    assertThat(config(topics.definitions(), TopicConfig.CLEANUP_POLICY_CONFIG))
        .isEqualTo("compact");
    assertThat(config(topics.submissions(), TopicConfig.RETENTION_MS_CONFIG))
        .isEqualTo(Long.toString(7L * 24 * 60 * 60 * 1000));
    assertThat(partitions(topics.commands())).isEqualTo(SIZING.instancePartitions());
    assertThat(partitions(topics.deadLetters())).isEqualTo(1);
  }

  @Test
  void doing_it_again_changes_nothing_and_adds_what_is_new() throws Exception {
    var topics = new Topics("again");
    catalogue.ensure(admin, topics, List.of(), SIZING);

    catalogue.ensure(admin, topics, STAGES, SIZING);

    assertThat(partitions(topics.stage(STAGES.getFirst()))).isEqualTo(SIZING.stagePartitions());
  }

  @Test
  void a_topic_of_another_size_is_named() {
    var topics = new Topics("grown");
    catalogue.ensure(admin, topics, STAGES, SIZING);
    var larger = new TopicSizing(8, SIZING.stagePartitions(), (short) 1, SIZING.recordBytesMax());

    assertThatThrownBy(() -> catalogue.ensure(admin, topics, STAGES, larger))
        .isInstanceOf(TopicMismatchException.class)
        .hasMessageContaining("topic grown.commands has 4 partitions, the configuration says 8");
  }

  private static int partitions(String topic) throws Exception {
    var described = admin.describeTopics(List.of(topic)).allTopicNames().get();
    return Objects.requireNonNull(described.get(topic)).partitions().size();
  }

  private static String config(String topic, String name) throws Exception {
    var resource = new ConfigResource(ConfigResource.Type.TOPIC, topic);
    var all = admin.describeConfigs(List.of(resource)).all().get();
    return Objects.requireNonNull(all.get(resource)).get(name).value();
  }
}
