package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.CATALOG;
import static dev.millrace.core.plan.Definitions.definition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.SchedulePlan.After;
import dev.millrace.core.plan.SchedulePlan.Cron;
import dev.millrace.core.plan.SchedulePlan.Every;
import dev.millrace.core.plan.SchedulePlan.On;
import dev.millrace.core.plan.SchedulePlan.Overlap;
import dev.millrace.core.plan.TaskPlan.Read;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ScheduleCompilerTest {
  private static SchedulePlan compile(String schedule, String profile)
      throws InvalidDefinitionException {
    var text =
        definition("- a: {set: {}}")
            .replace("\ndo:", "\nschedule: " + schedule + "\ndo:")
            .replace(
                "version: '1.0.0'",
                "version: '1.0.0'\n  metadata: {millrace: {schedule: " + profile + "}}");
    return Objects.requireNonNull(PlanCompiler.compile(text, CATALOG).plan().schedule());
  }

  @Test
  void a_definition_without_a_schedule_has_none() throws Exception {
    assertThat(PlanCompiler.compile(definition("- a: {set: {}}"), CATALOG).plan().schedule())
        .isNull();
  }

  @Test
  void what_is_not_said_allows_overlap_and_makes_up_for_an_hour() throws Exception {
    assertThat(compile("{every: PT5M}", "{}"))
        .isEqualTo(
            new SchedulePlan(new Every(Duration.ofMinutes(5)), Overlap.ALLOW, Duration.ofHours(1)));
  }

  @Test
  void cron_has_a_zone() throws Exception {
    var zone = ZoneId.of("Europe/Berlin");
    assertThat(
            compile(
                "{cron: '0 9 * * MON-FRI'}",
                "{zone: Europe/Berlin, overlap: cancel-previous, catchUp: PT10M}"))
        .isEqualTo(
            new SchedulePlan(
                new Cron(CronTable.parse("0 9 * * MON-FRI", zone)),
                Overlap.CANCEL_PREVIOUS,
                Duration.ofMinutes(10)));
  }

  @Test
  void the_zone_of_cron_is_utc_unless_it_is_said() throws Exception {
    var plan = compile("{cron: '0 9 * * *'}", "{}");
    assertThat(plan.trigger().next(Instant.parse("2026-07-01T00:00:00Z")))
        .isEqualTo("2026-07-01T09:00:00Z");
  }

  @Test
  void after_is_a_pause_from_end_to_beginning() throws Exception {
    var plan = compile("{after: {seconds: 30}}", "{}");
    assertThat(plan.trigger()).isEqualTo(new After(Duration.ofSeconds(30)));
  }

  @Test
  void events_start_runs() throws Exception {
    var plan =
        compile(
            "{on: {all: [{with: {type: paid}, correlate: {o: {from: .subject}}}, {with: {type: sent}}]},"
                + " read: envelope}",
            "{}");
    assertThat(plan.trigger())
        .isInstanceOfSatisfying(
            On.class,
            on -> {
              assertThat(on.isAll()).isTrue();
              assertThat(on.read()).isEqualTo(Read.ENVELOPE);
              assertThat(on.filters()).hasSize(2);
            });
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{}                         | {}                   | /schedule          | exactly one of",
        "{every: PT1S, after: PT1S} | {}                   | /schedule          | exactly one of",
        "{evry: PT1S}               | {}                   | /schedule/evry     | unknown key",
        "{every: PT0.05S}           | {}                   | /schedule/every    | at least PT0.1S",
        "{every: soon}              | {}                   | /schedule/every    | a duration such as",
        "{cron: '* * *'}            | {}                   | /schedule/cron     | minute, hour",
        "{cron: '0 0 31 2 *'}       | {}                   | /schedule/cron     | never comes true",
        "{cron: 5}                  | {}                   | /schedule/cron     | a cron expression",
        "{every: PT1S, read: data}  | {}                   | /schedule/read     | goes with 'on'",
        "{on: {}}                   | {}                   | /schedule/on       | one of all, any, one",
        "{on: {one: {}}}            | {}                   | /schedule/on/one   | expected 'with'",
        "{on: {one: {with: {type: a}}, until: .x}} | {}    | /schedule/on/until | goes with 'any'",
        "{on: {any: [], until: {}}} | {}                   | /schedule/on/until | one of all, any, one",
        "{on: {any: [], until: {al: []}}} | {}             | /schedule/on/until/al | unknown key",
        "{on: {any: [], until: $context.x}} | {}           | /schedule/on/until | $context is not defined",
        "{on: {any: []}}            | {}                   | /schedule/on/any   | an empty list",
        "{every: PT1S}              | {zone: Mars}         | /document/metadata/millrace/schedule/zone | Europe/Berlin",
        "{every: PT1S}              | {overlap: never}     | /document/metadata/millrace/schedule/overlap | allow, cancel-previous",
        "{every: PT1S}              | {catchUp: P8D}       | /document/metadata/millrace/schedule/catchUp | at most 7 days",
        "{every: PT1S}              | {cathcUp: P1D}       | /document/metadata/millrace/schedule/cathcUp | unknown key",
        "{after: PT1S}              | {overlap: skip}      | /document/metadata/millrace/schedule | cannot overlap",
      })
  void whatever_is_wrong_is_said_with_its_place(
      String schedule, String profile, String pointer, String message) {
    assertThatExceptionOfType(InvalidDefinitionException.class)
        .isThrownBy(() -> compile(schedule, profile))
        .satisfies(e ->
            assertThat(e.problems())
                .anySatisfy(problem -> {
                  assertThat(problem.pointer()).isEqualTo(pointer);
                  assertThat(problem.message()).contains(message);
                }));
  }

  @Test
  void more_about_a_schedule_that_is_not_there_is_an_error() {
    assertThatExceptionOfType(InvalidDefinitionException.class)
        .isThrownBy(() ->
            PlanCompiler.compile(
                definition("- a: {set: {}}")
                    .replace(
                        "version: '1.0.0'",
                        "version: '1.0.0'\n  metadata: {millrace: {schedule: {zone: UTC}}}"),
                CATALOG))
        .withMessageContaining("there is no 'schedule'");
  }
}
