package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demos of sagas that undo, down to the broker and the books of their stages. */
class DemoSagasIT {
  @TempDir Path home;

  @Test
  void an_order_that_completes() {
    var run = demo("order", "--id", "o-1");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.OK.code());
    assertThat(run.out())
        .containsSubsequence("✓ reserve", "✓ charge", "✓ ship", "COMPLETED", "stock.reserve")
        .doesNotContain("⎌");
  }

  @Test
  void a_refund_that_is_refused_waits_for_a_person_and_the_order_goes_on_another_day() {
    var stuck = demo("order", "--fail", "refund", "--id", "o-2");
    assertThat(stuck.exit()).as(stuck.toString()).isEqualTo(ExitCode.COMPENSATION_FAILED.code());
    assertThat(stuck.out())
        .containsSubsequence("✓ charge", "✗ ship", "✗ charge", "is closed", "COMPENSATION_FAILED")
        .containsOnlyOnce("undoing    2 tasks")
        .contains("--id o-2 --settle retry")
        .doesNotContain("stock.release");

    var settled = demo("order", "--fail", "refund", "--id", "o-2", "--settle", "retry");
    assertThat(settled.exit()).as(settled.toString()).isEqualTo(ExitCode.COMPENSATED.code());
    assertThat(settled.out())
        .containsSubsequence(
            "A person decides: retry",
            "⎌ charge",
            "⎌ reserve",
            "COMPENSATED",
            "stock.reserve",
            "payment.charge",
            "payment.refund",
            "stock.release");
    assertThat(settled.out().split("payment.charge", -1)).as("charged once").hasSize(2);
  }

  @Test
  void what_a_person_gives_up_is_said_with_what_failed_and_once() {
    var skipped = demo("order", "--fail", "refund", "--id", "o-3", "--settle", "skip");
    assertThat(skipped.exit()).as(skipped.toString()).isEqualTo(10);
    var last = skipped.out().lines().filter(it -> it.startsWith("COMPENSATION_FAILED")).toList();
    assertThat(last.getLast())
        .contains("not undone, as a person decided: charge (the customer does not want it back)")
        .contains("AQ")
        .containsOnlyOnce("not undone");

    var again = demo("order", "--fail", "refund", "--id", "o-3", "--settle", "retry");
    assertThat(again.err()).contains("--settle retry did nothing: this order is at its end");

    var other = demo("order", "--id", "o-3");
    assertThat(other.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(other.err()).contains("repeat the --fail it began with");
  }

  @Test
  void a_trip_that_is_cancelled_while_somebody_thinks() {
    var run = demo("travel", "--cancel");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.COMPENSATED.code());
    assertThat(run.out())
        .contains("✓ flight", "✓ hotel", "✓ car")
        .containsSubsequence("the traveller fell ill", "undoing    3 tasks", "COMPENSATED");
    assertThat(run.out().split("booking.release", -1)).as("released").hasSize(4);
  }

  @Test
  void a_trip_the_second_who_is_asked_approves() {
    var run = demo("travel", "--escalate");
    assertThat(run.exit()).as(run.toString()).isEqualTo(ExitCode.OK.code());
    assertThat(run.out())
        .containsSubsequence("… first", "… second", "head-of-travel", "✓ confirm", "COMPLETED");
  }

  private CommandLineRun demo(String... options) {
    var arguments = new ArrayList<>(List.of("demo"));
    arguments.addAll(List.of(options));
    arguments.addAll(List.of("--home", home.toString()));
    return CommandLineRun.of(arguments.toArray(String[]::new));
  }
}
