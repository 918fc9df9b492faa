package dev.millrace.topology;

import static dev.millrace.topology.EngineDriver.NOON;
import static dev.millrace.topology.TestPlans.plan;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.coordination.CoordinationBounds;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Limits;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.JsonBytes;
import dev.millrace.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkflowTopologyTest {
  private static final JsonNode BOOK = TextNode.valueOf("a book");
  private static final JsonNode DONE = TextNode.valueOf("done");
  private static final Duration RETENTION = Duration.ofHours(1);
  private static final TopologySettings SETTINGS =
      new TopologySettings(
          Limits.DEFAULT,
          100_000,
          5,
          3,
          RETENTION,
          Duration.ofSeconds(10),
          2,
          CoordinationBounds.DEFAULT,
          Duration.ofSeconds(10),
          2,
          LifecycleLevel.WORKFLOW);

  private final EngineDriver engine = new EngineDriver(SETTINGS);

  @AfterEach
  void close() {
    engine.close();
  }

  @Test
  void the_shape_is_the_one_that_was_agreed() throws IOException {
    var shape =
        WorkflowTopology.build(
                AvroCodecs.embedded(new Topics("shop")),
                definition -> plan("none", "1.0.0").build(),
                SETTINGS)
            .describe()
            .toString();

    assertThat(shape).isEqualTo(golden());
  }

  @Test
  void tasks_run_one_after_the_other_and_the_end_is_published() {
    engine.deploy(plan("order", "1.0.0").call("reserve").call("charge").build());
    engine.submit("o-1", "shop/order:1.0.0", BOOK);

    var reserve = engine.request();
    assertThat(reserve.function()).isEqualTo("reserve");
    assertThat(reserve.arguments()).isEqualTo(BOOK);
    engine.answer(reserve, TextNode.valueOf("reserved"));
    var charge = engine.request();
    assertThat(charge.arguments()).isEqualTo(TextNode.valueOf("reserved"));
    engine.answer(charge, DONE);

    assertThat(engine.outcomes())
        .extracting(InstanceOutcome::outcome)
        .containsExactly(new Outcome.Completed(DONE));
    assertThat(engine.journal("o-1"))
        .extracting(JournalEntry::sequence)
        .containsExactly(0L, 1L, 2L);
  }

  @Test
  void a_repeated_start_and_a_late_answer_change_nothing() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.submit("o-1", "shop/order", BOOK);
    var reserve = engine.request();
    engine.answer(reserve, DONE);
    engine.answer(reserve, DONE);

    assertThat(engine.outcomes()).hasSize(1);
    assertThat(engine.journal("o-1")).hasSize(2);
    assertThat(engine.deadLetters()).isEmpty();
  }

  @Test
  void another_start_of_the_same_id_is_a_conflict_a_person_can_see() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.submit("o-1", "shop/order", TextNode.valueOf("a bicycle"));

    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.CONFLICT);
  }

  @Test
  void a_cancelled_instance_ends_and_a_cancel_of_nobody_is_reported() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.cancel("o-1", "changed my mind");
    engine.cancel("o-2", "who?");

    assertThat(engine.outcomes())
        .extracting(InstanceOutcome::outcome)
        .containsExactly(new Outcome.Cancelled("changed my mind"));
    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNKNOWN_INSTANCE);
  }

  @Test
  void without_a_version_the_highest_is_meant() {
    engine.deploy(plan("order", "1.9.0").call("nine").build());
    engine.deploy(plan("order", "1.10.0").call("ten").build());
    engine.deploy(plan("order", "1.2.0").call("two").build());
    engine.deploy(plan("orders", "9.0.0").call("other").build());
    engine.submit("o-1", "shop/order", BOOK);

    assertThat(engine.request().function()).isEqualTo("ten");
  }

  // Versions that are no longer wanted.

  @Test
  void a_retired_version_is_not_started_and_the_start_says_why() {
    var order = plan("order", "1.0.0").call("reserve").build();
    engine.deploy(order);
    engine.retire(order);
    engine.submit("o-1", "shop/order:1.0.0", BOOK);

    assertThat(engine.requests()).isEmpty();
    assertThat(engine.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.reason()).isEqualTo(Reason.IMPOSSIBLE);
          assertThat(letter.detail()).contains("shop/order:1.0.0", "retired", "new starts");
        });
  }

  @Test
  void an_instance_of_a_retired_version_goes_on_to_its_end() {
    var order = plan("order", "1.0.0").call("reserve").call("charge").build();
    engine.deploy(order);
    engine.submit("o-1", "shop/order", BOOK);
    var reserve = engine.request();
    engine.retire(order);
    engine.submit("o-1", "shop/order", BOOK);
    engine.answer(reserve, DONE);
    engine.answer(engine.request(), DONE);

    assertThat(engine.outcomes())
        .extracting(InstanceOutcome::outcome)
        .containsExactly(new Outcome.Completed(DONE));
    assertThat(engine.deadLetters()).isEmpty();
  }

  @Test
  void without_a_version_the_highest_that_is_not_retired_is_meant() {
    engine.deploy(plan("order", "1.0.0").call("one").build());
    var two = plan("order", "2.0.0").call("two").build();
    engine.deploy(two);
    engine.retire(two);
    engine.submit("o-1", "shop/order", BOOK);
    assertThat(engine.request().function()).isEqualTo("one");

    engine.deploy(two);
    engine.submit("o-2", "shop/order", BOOK);
    assertThat(engine.request().function()).isEqualTo("two");
  }

  @Test
  void when_every_version_is_retired_a_start_is_refused_at_once() {
    var order = plan("order", "1.0.0").call("reserve").build();
    engine.deploy(order);
    engine.retire(order);
    engine.submit("o-1", "shop/order", BOOK);

    assertThat(engine.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.detail()).contains("every deployed version"));
  }

  @Test
  void a_deleted_version_is_as_if_it_had_never_been() {
    var order = plan("order", "1.0.0").call("reserve").build();
    engine.deploy(order);
    engine.retire(order);
    engine.delete(order);
    engine.submit("o-1", "shop/order", BOOK);
    assertThat(engine.deadLetters()).isEmpty();

    engine.deploy(order);
    engine.passTime(Duration.ofSeconds(1));
    assertThat(engine.request().function()).isEqualTo("reserve");
  }

  // Poison.

  @Test
  void a_definition_under_a_key_without_a_version_stops_no_start() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.deploy(plan("order", "1.1.0").call("charge").build());
    engine.deployUnloadable(plan("order", "newest").build());
    engine.submit("o-1", "shop/order", BOOK);

    assertThat(engine.request().function()).isEqualTo("charge");
  }

  @Test
  void what_cannot_be_read_waits_whole_for_a_person_and_the_partition_goes_on() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "{\"workflow\":".getBytes(UTF_8));
    engine.commandBytes("o-1", new byte[] {1, 2, 3});
    engine.submit("o-1", "shop/order", BOOK);

    assertThat(engine.request().function()).isEqualTo("reserve");
    var letters = engine.deadLetters();
    assertThat(letters)
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNDECODABLE, Reason.UNDECODABLE);
    assertThat(letters.getFirst().topic()).isEqualTo("shop.submissions");
    assertThat(letters.getFirst().value()).isEqualTo("{\"workflow\":".getBytes(UTF_8));
    assertThat(letters.getLast().topic()).isEqualTo("shop.commands");
  }

  @Test
  void a_key_that_is_no_instance_id_is_refused() {
    engine.submit("two words", "{\"cancel\": \"x\"}".getBytes(UTF_8));

    assertThat(engine.deadLetters().getFirst().detail()).contains("instance id");
  }

  @Test
  void a_command_under_a_foreign_key_is_refused_because_it_may_be_on_a_foreign_partition() {
    var cancel = new WorkflowCommand.Cancel(new InstanceId("o-1"), "x");
    engine.commandBytes("o-2", AvroCodecs.embedded(new Topics("shop")).commands().encode(cancel));

    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNDECODABLE);
  }

  @Test
  void a_defect_in_the_engine_costs_one_record_and_writes_nothing() {
    engine.deploy(
        plan("broken", "1.0.0")
            .set(
                "boom",
                scope -> {
                  throw new StackOverflowError("too deep");
                })
            .build());
    engine.submit("o-1", "shop/broken", BOOK);

    assertThat(engine.deadLetters()).extracting(DeadLetter::reason).containsExactly(Reason.DEFECT);
    assertThat(engine.journal("o-1")).isEmpty();
  }

  @Test
  void a_start_too_large_for_a_record_is_a_dead_letter() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "shop/order", TextNode.valueOf("x".repeat(120_000)));

    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.OVERSIZE);
    assertThat(engine.journal("o-1")).isEmpty();
  }

  @Test
  void an_instance_that_outgrows_a_record_fails_and_says_so() {
    engine.deploy(
        plan("order", "1.0.0")
            .call("reserve")
            .set("inflate", scope -> TextNode.valueOf("x".repeat(120_000)))
            .call("charge")
            .build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.answer(engine.request(), DONE);

    assertThat(engine.requests()).isEmpty();
    assertThat(engine.outcomes())
        .singleElement()
        .satisfies(ended ->
            assertThat(ended.outcome())
                .isInstanceOfSatisfying(
                    Outcome.Failed.class,
                    failed -> assertThat(failed.error().detail()).contains("100,000")));
  }

  @Test
  void an_instance_whose_values_cannot_be_written_fails_and_says_so() {
    engine.deploy(plan("order", "1.0.0").call("reserve").set("wrap", scope -> tooDeep()).build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.answer(engine.request(), DONE);

    assertThat(engine.deadLetters()).isEmpty();
    assertThat(engine.outcomes())
        .singleElement()
        .satisfies(ended ->
            assertThat(ended.outcome())
                .isInstanceOfSatisfying(
                    Outcome.Failed.class,
                    failed -> assertThat(failed.error().detail()).contains("cannot be written")));
  }

  private static JsonNode tooDeep() {
    JsonNode value = DONE;
    for (int depth = 0; depth <= JsonBytes.DEPTH_MAX; depth++) {
      value = JsonNodeFactory.instance.arrayNode().add(value);
    }
    return value;
  }

  @Test
  void an_instance_is_pinned_to_the_content_it_began_with() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "shop/order", BOOK);
    var reserve = engine.request();
    var other = plan("order", "1.0.0").call("reserve").call("charge").build();
    engine.deploy(
        new dev.millrace.core.plan.Plan(
            other.id(),
            "other",
            other.definition(),
            other.input(),
            other.output(),
            null,
            other.body(),
            other.tasks(),
            other.profile()));
    engine.answer(reserve, DONE);

    assertThat(engine.deadLetters())
        .singleElement()
        .satisfies(letter -> assertThat(letter.detail()).contains("pinned"));
    assertThat(engine.outcomes()).isEmpty();

    engine.cancel("o-1", "its plan is gone");
    assertThat(engine.outcomes())
        .extracting(InstanceOutcome::outcome)
        .containsExactly(new Outcome.Cancelled("its plan is gone"));
  }

  @Test
  void a_definition_this_engine_cannot_run_is_said_to_be_so() {
    engine.deployUnloadable(plan("order", "1.0.0").build());
    engine.submit("o-1", "shop/order", BOOK);

    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.IMPOSSIBLE);
  }

  // Time.

  @Test
  void a_pause_ends_when_it_is_due_and_leaves_no_timer_but_that_of_its_retention() {
    engine.deploy(plan("nap", "1.0.0").pause("sleep", Duration.ofMinutes(5)).build());
    engine.submit("n-1", "shop/nap", BOOK);

    engine.passTime(Duration.ofMinutes(4));
    assertThat(engine.outcomes()).isEmpty();
    engine.passTime(Duration.ofMinutes(1));

    assertThat(engine.outcomes())
        .singleElement()
        .satisfies(ended -> {
          assertThat(ended.outcome()).isEqualTo(new Outcome.Completed(BOOK));
          assertThat(ended.finishedAt()).isEqualTo(NOON.plus(Duration.ofMinutes(5)));
        });
    assertThat(engine.rows(WorkflowTopology.TIMERS)).isEqualTo(1);
  }

  /** An engine that stood still must not fail what it goes on with (ADR 0054). */
  @Test
  void what_a_late_engine_asks_for_has_its_full_time() {
    engine.deploy(
        plan("nap", "1.0.0")
            .pause("sleep", Duration.ofMinutes(5))
            .call("reserve", Duration.ofSeconds(30))
            .build());
    engine.submit("n-1", "shop/nap", BOOK);

    engine.passTime(Duration.ofMinutes(50));

    assertThat(engine.request().deadline())
        .isEqualTo(NOON.plus(Duration.ofMinutes(50)).plusSeconds(30));
  }

  @Test
  void a_task_without_an_answer_times_out() {
    engine.deploy(plan("order", "1.0.0").call("reserve", Duration.ofSeconds(30)).build());
    engine.submit("o-1", "shop/order", BOOK);

    engine.passTime(Duration.ofSeconds(31));

    assertThat(engine.outcomes())
        .singleElement()
        .satisfies(ended -> assertThat(ended.outcome()).isInstanceOf(Outcome.Failed.class));
  }

  @Test
  void a_timer_that_is_no_longer_due_is_harmless() {
    engine.deploy(
        plan("order", "1.0.0")
            .call("reserve", Duration.ofSeconds(30))
            .call("charge", Duration.ofSeconds(30))
            .build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.passTime(Duration.ofSeconds(20));
    engine.answer(engine.request(), DONE);
    engine.passTime(Duration.ofSeconds(20));
    engine.answer(engine.request(), DONE);

    assertThat(engine.outcomes().getFirst().outcome()).isEqualTo(new Outcome.Completed(DONE));
  }

  @Test
  void many_timers_of_instances_no_longer_in_memory_all_fire() {
    engine.deploy(plan("nap", "1.0.0").pause("sleep", Duration.ofMinutes(5)).build());
    for (int i = 0; i < 1_200; i++) {
      engine.submit("n-" + i, "shop/nap", BOOK);
    }
    engine.passTime(Duration.ofMinutes(5));
    engine.passTime(Duration.ofSeconds(1));
    engine.passTime(Duration.ofSeconds(1));

    assertThat(engine.outcomes()).hasSize(1_200);
  }

  @Test
  void a_finished_instance_is_forgotten_after_its_retention() {
    engine.deploy(plan("order", "1.0.0").loop("spin", 3_000).call("reserve").build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.answer(engine.request(), DONE);
    assertThat(engine.journal("o-1")).hasSizeGreaterThan(SETTINGS.snapshotEvery());

    engine.passTime(RETENTION);

    assertThat(engine.journal("o-1")).isEmpty();
    assertThat(engine.rows(WorkflowTopology.SNAPSHOTS)).isZero();
    assertThat(engine.rows(WorkflowTopology.TIMERS)).isZero();
  }

  // Length.

  @Test
  void a_loop_of_ten_thousand_rounds_takes_bounded_transitions_and_one_snapshot() {
    engine.deploy(plan("spin", "1.0.0").loop("spin", 10_000).build());
    engine.submit("s-1", "shop/spin", BOOK);

    assertThat(engine.outcomes())
        .extracting(InstanceOutcome::outcome)
        .containsExactly(new Outcome.Completed(IntNode.valueOf(9_999)));
    var journal = engine.journal("s-1");
    assertThat(journal).hasSizeBetween(20, 200);
    assertThat(journal)
        .allSatisfy(entry ->
            assertThat(entry.events()).hasSizeLessThan(4 * Limits.DEFAULT.stepsPerTransitionMax()));
    assertThat(engine.rows(WorkflowTopology.SNAPSHOTS)).isEqualTo(1);
  }

  @Test
  void an_instance_loaded_from_snapshot_and_journal_goes_on_where_it_was() {
    var plan = plan("order", "1.0.0");
    for (int i = 0; i < 12; i++) {
      plan.call("step-" + i);
    }
    engine.deploy(plan.build());
    engine.submit("o-1", "shop/order", BOOK);
    StageRequest request = engine.request();
    for (int i = 1; i < 12; i++) {
      pushOutOfMemory(i);
      engine.answer(request, IntNode.valueOf(i));
      request =
          engine.requests().stream()
              .filter(r -> r.instanceId().value().equals("o-1"))
              .findFirst()
              .orElseThrow();
      assertThat(request.function()).isEqualTo("step-" + i);
      assertThat(request.arguments()).isEqualTo(IntNode.valueOf(i));
    }
  }

  private void pushOutOfMemory(int round) {
    for (int i = 0; i < SETTINGS.hotInstancesMax(); i++) {
      engine.submit("other-" + round + "-" + i, "shop/order", BOOK);
    }
    engine.requests();
  }

  // Starts that overtake their definition.

  @Test
  void a_start_that_overtakes_its_definition_waits_for_it() {
    engine.submit("o-1", "shop/order", BOOK);
    assertThat(engine.requests()).isEmpty();

    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.passTime(Duration.ofSeconds(1));

    assertThat(engine.request().instanceId()).isEqualTo(new InstanceId("o-1"));
    assertThat(engine.deadLetters()).isEmpty();
    assertThat(engine.rows(WorkflowTopology.PARKED)).isZero();
  }

  @Test
  void a_start_whose_definition_never_comes_is_a_dead_letter_in_the_end() {
    engine.submit("o-1", "shop/order", BOOK);
    engine.submit("o-1", "shop/order", BOOK);
    engine.passTime(Duration.ofSeconds(9));
    assertThat(engine.deadLetters()).isEmpty();

    engine.passTime(Duration.ofSeconds(2));

    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNKNOWN_DEFINITION);
    assertThat(engine.rows(WorkflowTopology.PARKED)).isZero();
  }

  @Test
  void there_is_room_for_so_many_waiting_starts_and_no_more() {
    engine.submit("o-1", "shop/order", BOOK);
    engine.submit("o-2", "shop/order", BOOK);
    engine.submit("o-3", "shop/order", BOOK);

    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNKNOWN_DEFINITION);
  }

  @Test
  void a_start_too_large_for_a_record_does_not_wait() {
    var large = TextNode.valueOf("x".repeat(SETTINGS.recordBytesMax()));
    engine.command(
        new WorkflowCommand.Start(new InstanceId("o-1"), DefinitionRef.parse("shop/order"), large));

    assertThat(engine.rows(WorkflowTopology.PARKED)).isZero();
    assertThat(engine.deadLetters())
        .extracting(DeadLetter::reason)
        .containsExactly(Reason.UNKNOWN_DEFINITION);
  }

  @Test
  void a_start_that_waits_is_withdrawn_by_a_cancel_and_does_not_begin_afterwards() {
    engine.submit("o-1", "shop/order", BOOK);
    engine.cancel("o-1", "changed my mind");

    assertThat(engine.rows(WorkflowTopology.PARKED)).isZero();
    assertThat(engine.deadLetters())
        .singleElement()
        .satisfies(letter -> {
          assertThat(letter.reason()).isEqualTo(Reason.UNKNOWN_DEFINITION);
          assertThat(letter.detail()).contains("not deployed", "cancelled", "changed my mind");
        });
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.passTime(Duration.ofSeconds(11));
    assertThat(engine.requests()).isEmpty();
    assertThat(engine.deadLetters()).isEmpty();
  }

  @Test
  void a_withdrawn_start_leaves_room_for_another_and_may_be_sent_again() {
    engine.submit("o-1", "shop/order", BOOK);
    engine.submit("o-2", "shop/order", BOOK);
    engine.cancel("o-1", "changed my mind");
    engine.submit("o-1", "shop/order", TextNode.valueOf("a bicycle"));
    engine.deadLetters();
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.passTime(Duration.ofSeconds(1));

    assertThat(engine.requests())
        .extracting(StageRequest::arguments)
        .containsExactlyInAnyOrder(BOOK, TextNode.valueOf("a bicycle"));
    assertThat(engine.deadLetters()).isEmpty();
  }

  @Test
  void a_cancel_goes_to_the_run_that_has_begun_and_not_to_another_start_of_its_id() {
    engine.submit("o-1", "shop/missing", BOOK);
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "shop/order", BOOK);
    engine.cancel("o-1", "changed my mind");

    assertThat(engine.outcomes())
        .extracting(InstanceOutcome::outcome)
        .containsExactly(new Outcome.Cancelled("changed my mind"));
  }

  @Test
  void events_of_a_transition_carry_the_time_of_their_record() {
    engine.deploy(plan("order", "1.0.0").call("reserve").build());
    engine.submit("o-1", "shop/order", BOOK);

    assertThat(engine.journal("o-1").getFirst().events())
        .extracting(WorkflowEvent::at)
        .containsOnly(NOON);
  }

  private static String golden() {
    try (var file = WorkflowTopologyTest.class.getResourceAsStream("topology.txt")) {
      return file == null ? "" : new String(file.readAllBytes(), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
