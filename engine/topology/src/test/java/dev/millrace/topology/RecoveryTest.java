package dev.millrace.topology;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RecoveryTest {

  @Test
  void pauses_double_up_to_a_bound() {
    assertThat(Recovery.pause(1)).isEqualTo(Duration.ofMillis(100));
    assertThat(Recovery.pause(2)).isEqualTo(Duration.ofMillis(200));
    assertThat(Recovery.pause(Recovery.DEATHS_MAX)).isEqualTo(Duration.ofSeconds(10));
    assertThat(Recovery.pause(Integer.MAX_VALUE)).isEqualTo(Duration.ofSeconds(10));
  }
}
