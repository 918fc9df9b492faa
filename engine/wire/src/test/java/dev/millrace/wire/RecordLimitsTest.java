package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class RecordLimitsTest {
  private final RecordLimits limits = new RecordLimits(10);

  @Test
  void key_and_value_count_together() {
    assertThat(limits.fits(new byte[4], new byte[6])).isTrue();
    assertThat(limits.fits(new byte[4], new byte[7])).isFalse();
    assertThat(limits.fits(null, null)).isTrue();
  }

  @Test
  void an_excess_is_told_with_both_numbers() {
    assertThat(limits.excess(null, new byte[11])).contains("11 bytes").contains("limit is 10");
  }

  @Test
  void a_record_within_the_default_passes_a_topic_with_room_for_its_batch() {
    assertThat(RecordLimits.RECORD_BYTES_MAX)
        .isLessThan(RecordLimits.DEFAULT.topicBytesMax() - 10_000);
  }
}
