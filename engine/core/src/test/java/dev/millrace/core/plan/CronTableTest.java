package dev.millrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CronTableTest {
  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");

  private static List<String> three(String expression, String after) {
    var table = CronTable.parse(expression, BERLIN);
    var times = new ArrayList<String>();
    for (var time = table.next(Instant.parse(after));
        time != null && times.size() < 3;
        time = table.next(time)) {
      times.add(time.toString());
    }
    return times;
  }

  @Test
  void times_are_those_of_the_zone() {
    assertThat(three("0 9 * * MON-FRI", "2026-01-02T12:00:00Z"))
        .containsExactly("2026-01-05T08:00:00Z", "2026-01-06T08:00:00Z", "2026-01-07T08:00:00Z");
  }

  @Test
  void a_time_the_clocks_leave_out_is_not_due_that_day() {
    assertThat(three("30 2 * * *", "2026-03-27T12:00:00Z"))
        .containsExactly("2026-03-28T01:30:00Z", "2026-03-30T00:30:00Z", "2026-03-31T00:30:00Z");
  }

  @Test
  void a_time_that_comes_twice_is_due_once() {
    assertThat(three("30 2 * * *", "2026-10-24T12:00:00Z"))
        .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z", "2026-10-27T01:30:00Z");
  }

  @Test
  void the_next_time_is_behind_the_one_that_is_given() {
    assertThat(three("*/5 * * * *", "2026-01-01T12:05:00Z").getFirst())
        .isEqualTo("2026-01-01T12:10:00Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "* * * *", "61 * * * *", "every day", "0 0 30 2 *", "0 0 0 1 1 * *"})
  void what_is_no_time_table_or_never_comes_true_is_refused(String expression) {
    assertThatIllegalArgumentException().isThrownBy(() -> CronTable.parse(expression, BERLIN));
  }
}
