package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Topics;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class PolledBatchTest {

  @Test
  void records_of_a_task_that_was_taken_away_hold_no_timer_back() {
    var record = new ConsumerRecord<>("submissions", 0, 0, new byte[0], new byte[0]);
    new PolledBatch()
        .onConsume(
            new ConsumerRecords<>(
                Map.of(new TopicPartition("submissions", 0), List.of(record)), Map.of()));
    assertThat(PolledBatch.isDrained()).isFalse();

    new Intake(AvroCodecs.embedded(new Topics("shop")), TopologySettings.DEFAULT).close();

    assertThat(PolledBatch.isDrained()).isTrue();
  }
}
