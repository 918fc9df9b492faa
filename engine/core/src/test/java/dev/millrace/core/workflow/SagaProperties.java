package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Undo.Settled;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.core.workflow.WorkflowCommand.SettleCompensation;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStarted;
import dev.millrace.core.workflow.WorkflowEvent.CompensationStepSettled;
import dev.millrace.core.workflow.WorkflowState.Finished;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/**
 * For random trees of tasks, whatever their stages answer and whenever somebody cancels, time runs
 * out or the engine is replaced: what was undone is what had completed, latest first, each once in
 * effect; and no instance is stuck.
 */
class SagaProperties {
  private static final int MOVES_MAX = 600;

  private static final String HEAD =
      """
        metadata: { millrace: { profile: '1', onAbort: compensate } }
      timeout: { after: PT6H }
      use:
        functions:
          undo: { call: 'reserve:1.0.0@default', with: { undo: '${ .id }' } }
      do:\
      """;

  private static final String EXTENSIONS =
      """
      use:
        extensions:
          - around: { extend: all, before: [ { pause: { wait: PT1M } } ], after: [ { other: { set: { other: true } } } ] }
          - strict:
              extend: call
              when: '$task.name == "t2"'
              after: [ { refuse: { raise: { error: { type: 'https://example.com/no', status: 422, title: No } } } } ]
      """;

  @Property(tries = 300)
  void an_abort_undoes_exactly_what_completed_in_reverse(
      @ForAll("plans") Plan plan, @ForAll @Size(60) List<Move> script) {
    play(plan, script);
  }

  @Property(tries = 100)
  void so_it_does_with_extensions_around_every_task(
      @ForAll("extendedPlans") Plan plan, @ForAll @Size(60) List<Move> script) {
    play(plan, script);
  }

  private static void play(Plan plan, List<Move> script) {
    var world = new World(InstanceUnderTest.of(plan).start("{}"));
    for (int i = 0; i < MOVES_MAX && !world.isOver(); i++) {
      world.make(i < script.size() ? script.get(i) : Move.COMPLETE, i);
    }
    assertThat(world.run.state()).as("no instance is stuck").isInstanceOf(Finished.class);
    world.check();
  }

  enum Move {
    COMPLETE,
    COMPLETE_LAST,
    REFUSE,
    UNAVAILABLE,
    UNKNOWN,
    TIME,
    REPLACE_ENGINE,
    CANCEL
  }

  /** The stages, with a ledger of what they did by key. */
  private static final class World {
    private final InstanceUnderTest run;
    private final Set<String> done = new HashSet<>();
    private final Map<String, Integer> undone = new HashMap<>();
    private final Set<String> undoKeys = new HashSet<>();

    World(InstanceUnderTest run) {
      this.run = run;
    }

    boolean isOver() {
      return run.state() instanceof Finished;
    }

    void make(Move move, int turn) {
      settleWhatIsStuck();
      var awaited = run.awaited();
      if (isOver()) {
        return;
      }
      if (awaited.isEmpty() || move == Move.TIME) {
        run.after(Duration.ofMinutes(10));
        return;
      }
      var request =
          awaited.get(move == Move.COMPLETE_LAST ? awaited.size() - 1 : turn % awaited.size());
      switch (move) {
        case COMPLETE, COMPLETE_LAST -> complete(request);
        case REFUSE ->
            answer(request, new StageAnswer.Refused(Kind.COMMUNICATION.error(409, "no")));
        case UNAVAILABLE ->
            answer(
                request,
                new StageAnswer.Unavailable(Kind.COMMUNICATION.error(503, "later"), Duration.ZERO));
        case UNKNOWN -> answer(request, new StageAnswer.Unknown(Kind.TIMEOUT.error("silence")));
        case REPLACE_ENGINE ->
            assertThat(Workflow.replay(new WorkflowState.NotStarted(), run.journal()))
                .isEqualTo(run.state());
        case CANCEL -> run.isCancelled();
        case TIME -> throw new IllegalStateException();
      }
    }

    private void settleWhatIsStuck() {
      run.apply(new SettleCompensation(InstanceUnderTest.ID, Ruling.RETRY, "try again"));
    }

    private void complete(StageRequest request) {
      if (request.arguments().has("undo")) {
        if (undoKeys.add(request.idempotencyKey())) {
          undone.merge(request.arguments().path("undo").asText(), 1, Integer::sum);
        }
        answer(request, new StageAnswer.Completed(InstanceUnderTest.yaml("{}")));
      } else {
        done.add(request.idempotencyKey());
        answer(
            request,
            new StageAnswer.Completed(
                InstanceUnderTest.yaml("{ id: '" + request.idempotencyKey() + "' }")));
      }
    }

    private void answer(StageRequest request, StageAnswer answer) {
      run.apply(InstanceUnderTest.answerTo(request, answer));
    }

    void check() {
      if (run.outcome() instanceof Outcome.Completed) {
        assertThat(done).containsAll(undone.keySet());
        return;
      }
      checkOrder();
      assertThat(undone.keySet()).isEqualTo(done);
      assertThat(undone.values()).allMatch(times -> times == 1);
      if (done.isEmpty()) {
        assertThat(run.outcome()).isInstanceOf(Outcome.Aborted.class);
      } else {
        assertThat(run.outcome()).isInstanceOf(Outcome.Compensated.class);
        assertThat(((Outcome.Compensated) run.outcome()).undone())
            .extracting(Settled::settlement)
            .containsOnly(Undo.Settlement.UNDONE);
      }
    }

    /** Whenever something is undone, everything that completed after it in its scope has been. */
    private void checkOrder() {
      var settled = new HashSet<Integer>();
      for (var event : run.journal()) {
        switch (event) {
          case CompensationStarted it ->
              assertThat(it.steps()).isSortedAccordingTo(Comparator.reverseOrder());
          case CompensationStepSettled it -> assertThat(settled.add(it.step())).isTrue();
          case WorkflowEvent _ -> {}
        }
      }
    }
  }

  // Definitions.

  @Provide
  Arbitrary<Plan> plans() {
    return block(3).map(tasks -> InstanceUnderTest.planWithDocument(HEAD + " " + tasks));
  }

  @Provide
  Arbitrary<Plan> extendedPlans() {
    var head = HEAD.replace("use:\n", EXTENSIONS);
    return block(2).map(tasks -> InstanceUnderTest.planWithDocument(head + " " + tasks));
  }

  private static Arbitrary<String> block(int depth) {
    return task(depth)
        .list()
        .ofMinSize(1)
        .ofMaxSize(3)
        .map(tasks ->
            IntStream.range(0, tasks.size())
                .mapToObj(i -> "{ t" + i + ": { " + tasks.get(i) + " } }")
                .collect(Collectors.joining(", ", "[ ", " ]")));
  }

  private static Arbitrary<String> task(int depth) {
    return depth == 0
        ? leaf()
        : Arbitraries.oneOf(leaf(), leaf(), scope(depth), fork(depth), loop(depth), guarded(depth));
  }

  private static Arbitrary<String> leaf() {
    var undoable =
        "call: 'charge:1.0.0@default',"
            + " metadata: { millrace: { compensation: { call: undo, with: { id: '${ .id }' } } } }";
    return Arbitraries.of(
        undoable,
        undoable,
        undoable + ", timeout: { after: PT15M }",
        "wait: PT5M",
        "raise: { error: { type: 'https://example.com/no', status: 422, title: No } }");
  }

  private static Arbitrary<String> scope(int depth) {
    return block(depth - 1)
        .flatMap(body ->
            Arbitraries.of(
                    "",
                    ", timeout: { after: PT30M }",
                    ", metadata: { millrace: { onAbort: compensate } }")
                .map(more -> "do: " + body + more));
  }

  private static Arbitrary<String> fork(int depth) {
    return block(depth - 1).map(branches -> "fork: { branches: " + branches + " }");
  }

  private static Arbitrary<String> loop(int depth) {
    return block(depth - 1).map(body -> "for: { in: '${ [1, 2] }' }, do: " + body);
  }

  private static Arbitrary<String> guarded(int depth) {
    return block(depth - 1)
        .map(body ->
            "try: "
                + body
                + ", catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }");
  }
}
