package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.StageName;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class TopicCatalogueTest {
  private final Topics topics = new Topics("shop");
  private final List<TopicSpec> specs = TopicCatalogue.load().specs();

  @Test
  void the_catalogue_and_the_code_name_the_same_topics() {
    var stage = new StageName("http");
    var named = specs.stream().map(it -> it.name(topics, stage)).collect(Collectors.toSet());

    assertThat(named)
        .isEqualTo(
            Set.of(
                topics.submissions(),
                topics.commands(),
                topics.coordination(),
                topics.events(),
                topics.lifecycle(),
                topics.stage(stage),
                topics.outcomes(),
                topics.deadLetters(),
                topics.definitions(),
                topics.journal(),
                topics.snapshots(),
                topics.coordinationRows()));
  }

  @Test
  void every_value_in_the_catalogue_is_a_released_record_or_a_cloud_event() {
    assertThat(specs.stream().filter(TopicSpec::isAvro))
        .allSatisfy(it -> assertThat(ReleasedSchemas.read(it.value(), 1)).isNotNull());
    assertThat(specs.stream().filter(it -> !it.isAvro()).map(TopicSpec::value))
        .containsOnly("CloudEvent");
  }

  @Test
  void every_topic_has_a_bound_or_is_compacted() {
    assertThat(specs)
        .allSatisfy(
            it -> assertThat(it.cleanup().equals("compact")).isEqualTo(it.retention() == null));
  }
}
