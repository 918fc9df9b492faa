package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.processor.TimestampExtractor;
import org.junit.jupiter.api.Test;

class RecordTimeTest {
  private static final StreamsConfig CONFIG =
      new StreamsConfig(
          new StreamsSettings(
                  Map.of("bootstrap.servers", "localhost:1"),
                  "shop",
                  "member",
                  Path.of("target"),
                  1,
                  (short) 1,
                  1_000_000)
              .properties());

  private final TimestampExtractor time = CONFIG.defaultTimestampExtractor();

  @Test
  void a_record_without_a_time_is_of_now_and_stops_no_thread() {
    var before = System.currentTimeMillis();
    assertThat(time.extract(recordedAt(-1), -1)).isBetween(before, System.currentTimeMillis());
  }

  @Test
  void a_record_with_a_time_keeps_it() {
    assertThat(time.extract(recordedAt(5), -1)).isEqualTo(5);
  }

  private static ConsumerRecord<Object, Object> recordedAt(long timestamp) {
    return new ConsumerRecord<>(
        "submissions",
        0,
        0,
        timestamp,
        TimestampType.CREATE_TIME,
        0,
        0,
        "key",
        "value",
        new RecordHeaders(),
        Optional.empty());
  }
}
