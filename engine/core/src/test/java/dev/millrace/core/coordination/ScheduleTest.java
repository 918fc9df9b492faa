package dev.millrace.core.coordination;

import static dev.millrace.core.coordination.SharedThing.NOON;
import static dev.millrace.core.coordination.SharedThing.event;
import static dev.millrace.core.coordination.SharedThing.instance;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.coordination.CoordinationCommand.ActivateSchedule;
import dev.millrace.core.coordination.CoordinationCommand.BackfillSchedule;
import dev.millrace.core.coordination.CoordinationCommand.EndSchedule;
import dev.millrace.core.coordination.CoordinationCommand.PauseSchedule;
import dev.millrace.core.coordination.CoordinationCommand.ResumeSchedule;
import dev.millrace.core.coordination.CoordinationCommand.RouteEvent;
import dev.millrace.core.coordination.CoordinationCommand.ScheduledRunEnded;
import dev.millrace.core.coordination.CoordinationCommand.TriggerSchedule;
import dev.millrace.core.coordination.Row.Timetable;
import dev.millrace.core.plan.CronTable;
import dev.millrace.core.plan.EventFilter;
import dev.millrace.core.plan.SchedulePlan;
import dev.millrace.core.plan.SchedulePlan.After;
import dev.millrace.core.plan.SchedulePlan.Cron;
import dev.millrace.core.plan.SchedulePlan.Every;
import dev.millrace.core.plan.SchedulePlan.On;
import dev.millrace.core.plan.SchedulePlan.Overlap;
import dev.millrace.core.plan.SchedulePlan.Trigger;
import dev.millrace.core.plan.TaskPlan.Read;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.Origin;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ScheduleTest {
  private static final DefinitionId V1 = new DefinitionId("shop", "report", "1.0.0");
  private static final DefinitionId V2 = new DefinitionId("shop", "report", "2.0.0");
  private static final String KEY = Schedule.key("shop", "report");
  private static final Duration MINUTE = Duration.ofMinutes(1);
  private static final Trigger MINUTELY = new Every(MINUTE);
  private static final CoordinationBounds BOUNDS =
      new CoordinationBounds(4, 10_000, 100, 100_000, Duration.ofHours(1), 10, 10, 10, 3, 3, 5, 5);

  private final SharedThing schedule = new SharedThing(KEY, BOUNDS);

  private static SchedulePlan plan(Trigger trigger, Overlap overlap) {
    return new SchedulePlan(trigger, overlap, Duration.ofMinutes(10));
  }

  private SharedThing deploy(Trigger trigger, Overlap overlap) {
    schedule.plan(V1, plan(trigger, overlap));
    return schedule.when(new ActivateSchedule(KEY, V1));
  }

  private void ended(String what) {
    schedule.when(new ScheduledRunEnded(KEY, instance("shop.report-" + what), "COMPLETED"));
  }

  private List<String> told() {
    return schedule.told().stream().map(ScheduleTest::words).toList();
  }

  private static String words(WorkflowCommand command) {
    var run = command.instanceId().value().replace("shop.report-", "").replace("2026-01-01T", "");
    return switch (command) {
      case Start _ -> run;
      case Cancel _ -> "cancel " + run;
      default -> throw new AssertionError(command);
    };
  }

  private Timetable timetable() {
    return schedule.row("timetable", Timetable.class);
  }

  @Test
  void a_run_knows_when_it_was_due_which_version_it_is_and_who_wants_to_know_its_end() {
    deploy(MINUTELY, Overlap.ALLOW).pass(MINUTE);
    var input = JsonNodeFactory.instance.objectNode().put("due", "2026-01-01T12:01:00Z");
    assertThat(schedule.told())
        .containsExactly(
            new Start(
                instance("shop.report-2026-01-01T12:01:00Z"),
                V1.ref(),
                input,
                new Origin.BySchedule(KEY)));
  }

  @Test
  void every_interval_a_run_begins_on_the_beat() {
    schedule.pass(Duration.ofSeconds(20));
    deploy(MINUTELY, Overlap.ALLOW).pass(Duration.ofSeconds(150));
    assertThat(told()).containsExactly("12:01:00Z", "12:02:00Z");
  }

  @Test
  void deploying_again_changes_nothing() {
    deploy(MINUTELY, Overlap.ALLOW).pass(Duration.ofSeconds(59));
    deploy(MINUTELY, Overlap.ALLOW).pass(Duration.ofSeconds(1));
    assertThat(told()).containsExactly("12:01:00Z");
  }

  @Test
  void a_newer_version_takes_over_with_its_own_times() {
    deploy(MINUTELY, Overlap.ALLOW).pass(MINUTE);
    schedule.plan(V2, plan(new Every(Duration.ofMinutes(5)), Overlap.ALLOW));
    schedule.when(new ActivateSchedule(KEY, V2)).told();
    schedule.pass(Duration.ofMinutes(5));
    assertThat(schedule.told())
        .singleElement()
        .isInstanceOfSatisfying(
            Start.class,
            start -> {
              assertThat(start.workflow()).isEqualTo(V2.ref());
              assertThat(start.instanceId().value()).endsWith("12:05:00Z");
            });
  }

  @Test
  void a_version_this_process_has_not_heard_of_yet_counts_as_soon_as_it_has() {
    schedule.when(new ActivateSchedule(KEY, V1)).pass(Duration.ofSeconds(7));
    schedule.plan(V1, plan(MINUTELY, Overlap.ALLOW));
    schedule.pass(MINUTE);
    assertThat(told()).containsExactly("12:01:00Z");
  }

  @Test
  void an_ended_schedule_starts_nothing_and_leaves_nothing() {
    deploy(MINUTELY, Overlap.QUEUE).pass(Duration.ofMinutes(3));
    schedule.when(new EndSchedule(KEY)).told();
    schedule.pass(Duration.ofHours(1));
    assertThat(told()).isEmpty();
    assertThat(schedule.rowCount()).isZero();
  }

  @Test
  void cron_follows_the_clock_of_its_zone() {
    var berlin = CronTable.parse("30 13 * * *", ZoneId.of("Europe/Berlin"));
    deploy(new Cron(berlin), Overlap.ALLOW).pass(Duration.ofDays(1));
    assertThat(told()).containsExactly("12:30:00Z");
  }

  @Test
  void after_starts_at_once_and_then_after_each_end() {
    deploy(new After(MINUTE), Overlap.ALLOW);
    assertThat(told()).containsExactly("12:00:00Z");
    schedule.pass(Duration.ofHours(1));
    assertThat(told()).isEmpty();
    ended("2026-01-01T12:00:00Z");
    schedule.pass(Duration.ofSeconds(59));
    assertThat(told()).isEmpty();
    schedule.pass(Duration.ofSeconds(1));
    assertThat(told()).containsExactly("13:01:00Z");
  }

  @Test
  void the_end_of_a_run_is_noted() {
    deploy(MINUTELY, Overlap.ALLOW).pass(MINUTE);
    ended("2026-01-01T12:01:00Z");
    assertThat(timetable().last())
        .isEqualTo(
            new Row.LastRun(
                instance("shop.report-2026-01-01T12:01:00Z"), NOON.plus(MINUTE), "COMPLETED"));
  }

  // Overlap.

  @Test
  void overlapping_runs_are_allowed() {
    deploy(MINUTELY, Overlap.ALLOW).pass(MINUTE.multipliedBy(2));
    assertThat(told()).containsExactly("12:01:00Z", "12:02:00Z");
  }

  @Test
  void or_left_out_and_counted() {
    deploy(MINUTELY, Overlap.SKIP).pass(MINUTE.multipliedBy(3));
    assertThat(told()).containsExactly("12:01:00Z");
    assertThat(timetable().skipped()).isEqualTo(2);
    ended("2026-01-01T12:01:00Z");
    schedule.pass(MINUTE);
    assertThat(told()).containsExactly("12:04:00Z");
  }

  @Test
  void or_put_off_in_order_up_to_a_bound() {
    deploy(MINUTELY, Overlap.QUEUE).pass(MINUTE.multipliedBy(6));
    assertThat(told()).containsExactly("12:01:00Z");
    assertThat(timetable().queued()).isEqualTo(3);
    assertThat(timetable().skipped()).isEqualTo(2);
    ended("2026-01-01T12:01:00Z");
    assertThat(told()).containsExactly("12:02:00Z");
    ended("2026-01-01T12:02:00Z");
    assertThat(told()).containsExactly("12:03:00Z");
  }

  @Test
  void or_they_cancel_those_before_them() {
    deploy(MINUTELY, Overlap.CANCEL_PREVIOUS).pass(MINUTE.multipliedBy(2));
    assertThat(told()).containsExactly("12:01:00Z", "cancel 12:01:00Z", "12:02:00Z");
    ended("2026-01-01T12:01:00Z");
    ended("2026-01-01T12:02:00Z");
    schedule.pass(MINUTE);
    assertThat(told()).containsExactly("12:03:00Z");
  }

  // Standstill.

  @Test
  void what_was_missed_within_the_window_is_made_up_for() {
    deploy(MINUTELY, Overlap.ALLOW).standStill(Duration.ofSeconds(190));
    assertThat(told()).containsExactly("12:01:00Z", "12:02:00Z", "12:03:00Z");
    schedule.pass(MINUTE);
    assertThat(told()).containsExactly("12:04:00Z");
  }

  @Test
  void what_is_later_than_the_window_is_left_out() {
    deploy(new Every(Duration.ofMinutes(8)), Overlap.ALLOW).standStill(Duration.ofMinutes(27));
    assertThat(told()).containsExactly("12:24:00Z");
  }

  @Test
  void only_so_many_runs_are_made_up_for() {
    deploy(new Cron(CronTable.parse("* * * * *", ZoneId.of("UTC"))), Overlap.ALLOW)
        .standStill(Duration.ofMinutes(9));
    assertThat(told())
        .containsExactly("12:05:00Z", "12:06:00Z", "12:07:00Z", "12:08:00Z", "12:09:00Z");
    assertThat(timetable().skipped()).isEqualTo(4);
  }

  @Test
  void a_short_interval_and_a_long_standstill_cost_little() {
    deploy(new Every(Duration.ofMillis(100)), Overlap.ALLOW).standStill(Duration.ofDays(3_650));
    assertThat(told()).hasSize(5);
  }

  // What people want of it.

  @Test
  void nothing_begins_while_it_is_paused_and_nothing_is_made_up_for() {
    deploy(MINUTELY, Overlap.ALLOW);
    schedule.when(new PauseSchedule(KEY, "audit")).pass(MINUTE.multipliedBy(3));
    assertThat(told()).isEmpty();
    assertThat(timetable().pausedBecause()).isEqualTo("audit");
    schedule.when(new ResumeSchedule(KEY)).pass(MINUTE);
    assertThat(told()).containsExactly("12:04:00Z");
  }

  @Test
  void a_newer_version_of_a_paused_schedule_stays_paused() {
    deploy(MINUTELY, Overlap.ALLOW);
    schedule.when(new PauseSchedule(KEY, "audit"));
    schedule.plan(V2, plan(MINUTELY, Overlap.ALLOW));
    schedule.when(new ActivateSchedule(KEY, V2)).pass(MINUTE.multipliedBy(3));
    assertThat(told()).isEmpty();
  }

  @Test
  void what_comes_after_an_end_waits_for_the_pause_to_be_over() {
    deploy(new After(MINUTE), Overlap.ALLOW);
    told();
    schedule.when(new PauseSchedule(KEY, "audit"));
    ended("2026-01-01T12:00:00Z");
    schedule.pass(Duration.ofHours(1));
    assertThat(told()).isEmpty();
    schedule.when(new ResumeSchedule(KEY));
    assertThat(told()).hasSize(1);
  }

  @Test
  void a_run_can_be_started_by_hand_whatever_runs_and_although_it_is_paused() {
    deploy(MINUTELY, Overlap.SKIP).pass(MINUTE);
    schedule.when(new PauseSchedule(KEY, "audit")).told();
    schedule.when(new TriggerSchedule(KEY, "by-ann", TextNode.valueOf("why")));
    assertThat(schedule.told())
        .singleElement()
        .isInstanceOfSatisfying(
            Start.class,
            start -> {
              assertThat(start.instanceId().value()).isEqualTo("shop.report-by-ann");
              assertThat(start.input()).isEqualTo(TextNode.valueOf("why"));
            });
  }

  @Test
  void an_id_that_cannot_be_part_of_an_instance_id_is_refused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new TriggerSchedule(KEY, "two words", TextNode.valueOf("")))
        .withMessageContaining("two words");
  }

  @Test
  void a_time_gone_by_can_be_filled_in() {
    deploy(MINUTELY, Overlap.ALLOW);
    schedule.when(new BackfillSchedule(KEY, at("11:00:00"), at("11:03:00")));
    assertThat(told()).containsExactly("11:00:00Z", "11:01:00Z", "11:02:00Z");
  }

  @Test
  void what_is_filled_in_comes_one_after_the_other_where_runs_must_not_overlap() {
    deploy(MINUTELY, Overlap.SKIP);
    schedule.when(new BackfillSchedule(KEY, at("11:00:00"), at("11:02:00")));
    assertThat(told()).containsExactly("11:00:00Z");
    ended("2026-01-01T11:00:00Z");
    assertThat(told()).containsExactly("11:01:00Z");
  }

  @Test
  void more_than_may_be_filled_in_at_a_time_is_refused_whole() {
    deploy(MINUTELY, Overlap.ALLOW);
    schedule.when(new BackfillSchedule(KEY, at("10:00:00"), at("11:00:00")));
    assertThat(told()).isEmpty();
    assertThat(schedule.refused())
        .singleElement()
        .satisfies(it -> assertThat(it.detail()).contains("backfilledRunsMax"));
  }

  @Test
  void only_time_can_be_filled_in() {
    deploy(new After(MINUTE), Overlap.ALLOW);
    schedule.when(new BackfillSchedule(KEY, at("10:00:00"), at("11:00:00")));
    assertThat(schedule.refused()).singleElement().extracting("reason").isEqualTo(Reason.CONFLICT);
  }

  @Test
  void whoever_wants_something_of_a_schedule_that_is_not_there_learns_it() {
    List.of(
            new PauseSchedule(KEY, "?"),
            new ResumeSchedule(KEY),
            new TriggerSchedule(KEY, "x", TextNode.valueOf("")),
            new BackfillSchedule(KEY, NOON, NOON))
        .forEach(schedule::when);
    assertThat(schedule.refused())
        .hasSize(4)
        .allSatisfy(it -> assertThat(it.reason()).isEqualTo(Reason.UNKNOWN_INSTANCE));
  }

  // Events.

  private static EventFilter typed(String type, Map<String, EventFilter.Correlation> correlations) {
    var condition = new EventFilter.Condition.Equal("type", TextNode.valueOf(type));
    return new EventFilter(type, List.of(condition), correlations);
  }

  private static final EventFilter.Correlation SUBJECT =
      new EventFilter.Correlation(scope -> scope.current().path("subject"), null);
  private static final On ANY =
      new On(false, List.of(typed("paid", Map.of()), typed("shipped", Map.of())), Read.DATA);
  private static final On ALL =
      new On(
          true,
          List.of(
              typed("paid", Map.of("order", SUBJECT)), typed("shipped", Map.of("order", SUBJECT))),
          Read.ENVELOPE);

  private static On until(SchedulePlan.Until until, String... ends) {
    var filters = new java.util.ArrayList<>(ANY.filters());
    for (var end : ends) {
      filters.add(typed(end, Map.of()));
    }
    return new On(false, filters, Read.ENVELOPE, until);
  }

  private List<String> begun() {
    return schedule.told().stream()
        .map(it -> ((Start) it).input().findValuesAsText("id"))
        .map(ids -> String.join(" ", ids))
        .toList();
  }

  @Test
  void what_comes_until_a_condition_holds_begins_one_run_with_the_last_among_it() {
    var isLast =
        new SchedulePlan.Until.Condition(
            "last",
            scope -> BooleanNode.valueOf(scope.current().path("subject").asText().equals("last")));
    deploy(until(isLast), Overlap.ALLOW);
    schedule.when(comes("e1", "shipped", "7")).when(comes("e2", "paid", "7"));
    assertThat(begun()).isEmpty();
    schedule.when(comes("e3", "shipped", "last"));
    assertThat(begun()).containsExactly("e1 e2 e3");
    schedule.when(comes("e3", "shipped", "last")).when(comes("e4", "paid", "last"));
    assertThat(begun()).containsExactly("e4");
  }

  @Test
  void what_comes_until_another_event_begins_one_run_without_that() {
    deploy(until(new SchedulePlan.Until.Events(2, false), "closed"), Overlap.ALLOW);
    schedule.when(comes("e1", "closed", "7"));
    assertThat(begun()).as("nothing had come").isEmpty();
    schedule
        .when(comes("e2", "shipped", "7"))
        .when(comes("e3", "paid", "8"))
        .when(comes("e4", "closed", "7"));
    assertThat(begun()).containsExactly("e2 e3");
    assertThat(schedule.rowCount())
        .as("only those that would be recognised are left")
        .isLessThan(12);
  }

  @Test
  void where_all_of_several_end_it_a_run_begins_with_the_last_of_them() {
    deploy(until(new SchedulePlan.Until.Events(2, true), "closed", "counted"), Overlap.ALLOW);
    schedule
        .when(comes("e1", "paid", "7"))
        .when(comes("e2", "counted", "7"))
        .when(comes("e3", "paid", "7"));
    assertThat(begun()).isEmpty();
    schedule.when(comes("e4", "closed", "7"));
    assertThat(begun()).containsExactly("e1 e3");
    schedule.when(comes("e5", "paid", "7")).when(comes("e6", "closed", "7"));
    assertThat(begun()).as("it takes both again").isEmpty();
  }

  @Test
  void what_was_collected_for_another_trigger_is_forgotten() {
    deploy(until(new SchedulePlan.Until.Events(2, false), "closed"), Overlap.ALLOW);
    schedule.when(comes("e1", "paid", "7"));
    deploy(ANY, Overlap.ALLOW);
    deploy(until(new SchedulePlan.Until.Events(2, false), "closed"), Overlap.ALLOW);
    schedule.when(comes("e2", "closed", "7"));
    assertThat(begun()).isEmpty();
  }

  private static RouteEvent comes(String id, String type, String subject) {
    return new RouteEvent(KEY, cloudEvent(id, type, subject));
  }

  private static JsonNode cloudEvent(String id, String type, String subject) {
    return ((com.fasterxml.jackson.databind.node.ObjectNode) event(id))
        .put("type", type)
        .put("subject", subject);
  }

  @Test
  void an_event_of_either_kind_starts_a_run_with_what_it_says() {
    deploy(ANY, Overlap.ALLOW);
    schedule.when(comes("e1", "paid", "7")).when(comes("e2", "other", "7"));
    assertThat(schedule.told())
        .singleElement()
        .isInstanceOfSatisfying(
            Start.class,
            start ->
                assertThat(start.input()).hasSize(1).first().isEqualTo(TextNode.valueOf("text")));
  }

  @Test
  void an_event_that_is_faster_than_the_news_of_its_schedule_starts_a_run() {
    schedule.plan(V1, plan(ANY, Overlap.ALLOW));
    schedule.when(comes("e0", "paid", "7"));
    assertThat(schedule.told()).describedAs("no version counts").isEmpty();
    schedule.counts(V1);
    schedule.when(comes("e1", "paid", "7")).when(new ActivateSchedule(KEY, V1));
    assertThat(schedule.told()).hasSize(1);
    schedule.when(comes("e1", "paid", "7"));
    assertThat(schedule.told()).isEmpty();
  }

  @Test
  void an_event_that_comes_again_starts_no_other_run() {
    deploy(ANY, Overlap.ALLOW);
    schedule.when(comes("e1", "paid", "7")).when(comes("e1", "paid", "7"));
    assertThat(schedule.told()).hasSize(1);
  }

  @Test
  void the_same_events_always_make_the_same_instance_id() {
    deploy(ANY, Overlap.ALLOW);
    schedule.when(comes("e1", "paid", "7"));
    var first = schedule.told().getFirst().instanceId();
    schedule.pass(Duration.ofDays(2)).when(comes("e1", "paid", "7"));
    assertThat(schedule.told().getFirst().instanceId()).isEqualTo(first);
  }

  @Test
  void where_all_are_needed_a_run_begins_with_the_last_of_those_that_belong_together() {
    deploy(ALL, Overlap.ALLOW);
    schedule.when(comes("e1", "shipped", "7")).when(comes("e2", "paid", "8"));
    assertThat(schedule.told()).isEmpty();
    schedule.when(comes("e3", "paid", "7"));
    assertThat(schedule.told())
        .singleElement()
        .isInstanceOfSatisfying(
            Start.class,
            start ->
                assertThat(start.input())
                    .containsExactly(
                        cloudEvent("e3", "paid", "7"), cloudEvent("e1", "shipped", "7")));
  }

  @Test
  void events_wait_for_those_that_belong_to_them_for_a_bounded_time_and_number() {
    deploy(ALL, Overlap.ALLOW);
    schedule.when(comes("e1", "paid", "7")).pass(Duration.ofHours(2));
    schedule.when(comes("e2", "shipped", "7"));
    assertThat(schedule.told()).isEmpty();
    for (int i = 3; i < 8; i++) {
      schedule.when(comes("e" + i, "paid", "order-" + i));
    }
    assertThat(schedule.refused()).hasSize(2);
  }

  @Test
  void a_paused_schedule_hears_nothing() {
    deploy(ANY, Overlap.ALLOW);
    schedule.when(new PauseSchedule(KEY, "audit")).when(comes("e1", "paid", "7"));
    assertThat(schedule.told()).isEmpty();
  }

  private static Instant at(String time) {
    return Instant.parse("2026-01-01T" + time + "Z");
  }
}
