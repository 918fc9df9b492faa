package dev.millrace.stages.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RetryAfterTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void seconds_are_a_pause() {
    assertThat(pause("120")).isEqualTo(Duration.ofMinutes(2));
  }

  @Test
  void a_date_is_a_pause_until_then() {
    assertThat(pause("Thu, 1 Jan 2026 00:00:30 GMT")).isEqualTo(Duration.ofSeconds(30));
  }

  @Test
  void a_date_in_the_past_is_no_pause() {
    assertThat(pause("Wed, 31 Dec 2025 23:59:59 GMT")).isZero();
  }

  @Test
  void no_pause_is_longer_than_the_bound() {
    assertThat(pause("86400")).isEqualTo(RetryAfter.PAUSE_MAX);
    assertThat(pause("99999999999999999999")).isEqualTo(RetryAfter.PAUSE_MAX);
    assertThat(pause("Fri, 1 Jan 2100 00:00:00 GMT")).isEqualTo(RetryAfter.PAUSE_MAX);
  }

  @Test
  void no_header_is_no_pause() {
    assertThat(RetryAfter.pause(Optional.empty(), NOW)).isZero();
  }

  @Property
  void any_header_is_a_pause_within_the_bound(@ForAll String header) {
    assertThat(pause(header)).isBetween(Duration.ZERO, RetryAfter.PAUSE_MAX);
  }

  private static Duration pause(String header) {
    return RetryAfter.pause(Optional.of(header), NOW);
  }
}
