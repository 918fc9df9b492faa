package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.WorkflowState.Finished;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/** What holds for every definition of the subset and every behaviour of its stages. */
class WorkflowProperties {
  private static final int ANSWERS_MAX = 400;

  /**
   * {@link InstanceUnderTest} checks at every step that deciding is deterministic and that the
   * state is the fold of the journal; here that every run comes to an end.
   */
  @Property(tries = 300)
  void every_run_ends_whatever_its_stages_answer(
      @ForAll("plans") Plan plan, @ForAll @Size(40) List<Behaviour> script) {
    var run = InstanceUnderTest.of(plan).start("{ n: 1 }");
    for (int i = 0; i < ANSWERS_MAX && !(run.state() instanceof Finished); i++) {
      move(run, script.get(i % script.size()));
    }
    drain(run);
    assertThat(run.state()).isInstanceOf(Finished.class);
    assertThat(run.kinds()).endsWith("WorkflowFinished").containsOnlyOnce("WorkflowFinished");
  }

  @Property(tries = 200)
  void every_answer_is_stale_once_it_has_been_taken(
      @ForAll("plans") Plan plan, @ForAll @Size(20) List<Behaviour> script) {
    var run = InstanceUnderTest.of(plan).start("{ n: 1 }");
    for (var behaviour : script) {
      if (run.state() instanceof Finished) {
        break;
      }
      move(run, behaviour);
      redeliverEverythingBut(run);
    }
  }

  /** The crash may come after any commit: what a new process folds is what the old one had. */
  @Property(tries = 100)
  void a_replayed_instance_decides_like_the_one_that_lived(
      @ForAll("plans") Plan plan, @ForAll @Size(20) List<Behaviour> script) {
    var run = InstanceUnderTest.of(plan).start("{ n: 1 }");
    for (var behaviour : script) {
      var replayed = Workflow.replay(new WorkflowState.NotStarted(), run.journal());
      assertThat(replayed).isEqualTo(run.state());
      if (run.state() instanceof Finished) {
        break;
      }
      move(run, behaviour);
    }
  }

  enum Behaviour {
    COMPLETE,
    REFUSE,
    UNAVAILABLE,
    UNKNOWN,
    SILENCE
  }

  private static void move(InstanceUnderTest run, Behaviour behaviour) {
    if (!awaitsStage(run)) {
      run.after(Duration.ofMinutes(10));
      return;
    }
    switch (behaviour) {
      case COMPLETE -> run.completes("{ n: 2 }");
      case REFUSE -> run.refuses(409);
      case UNAVAILABLE -> run.isUnavailable(Duration.ofSeconds(1));
      case UNKNOWN -> run.isUnknown();
      case SILENCE -> run.after(Duration.ofSeconds(30));
    }
  }

  private static void drain(InstanceUnderTest run) {
    for (int i = 0; i < ANSWERS_MAX && !(run.state() instanceof Finished); i++) {
      move(run, Behaviour.COMPLETE);
    }
  }

  private static boolean awaitsStage(InstanceUnderTest run) {
    return !run.awaited().isEmpty();
  }

  private static void redeliverEverythingBut(InstanceUnderTest run) {
    var error = Kind.COMMUNICATION.error(500, "again");
    var answered =
        awaitsStage(run)
            ? run.dispatched().subList(0, run.dispatched().size() - 1)
            : run.dispatched();
    var awaited = awaitsStage(run) ? run.lastRequest() : null;
    for (var request : answered) {
      // A retried block asks again under the same position and attempt; that answer is as good.
      if (awaited != null
          && awaited.position().equals(request.position())
          && awaited.attempt() == request.attempt()) {
        continue;
      }
      var again = InstanceUnderTest.answerTo(request, new StageAnswer.Refused(error));
      assertThat(run.decide(again)).isNotInstanceOf(Accepted.class);
    }
  }

  // Definitions.

  @Provide
  Arbitrary<Plan> plans() {
    return block(3).map(tasks -> InstanceUnderTest.plan("do: " + tasks));
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
        : Arbitraries.oneOf(leaf(), leaf(), scope(depth), loop(depth), guarded(depth));
  }

  private static Arbitrary<String> leaf() {
    return Arbitraries.of(
        "set: { n: '${ .n + 1 }' }",
        "set: '${ . }', export: { as: '${ { seen: . } }' }",
        "call: 'charge:1.0.0@default', with: { n: '${ .n }' }",
        "call: 'reserve:1.0.0@default', timeout: { after: PT20S }",
        "wait: PT5S",
        "if: '${ .n > 3 }', set: { n: 0 }",
        "switch: [ { small: { when: '.n < 2', then: exit } } ]",
        "set: { n: '${ .n + {} }' }",
        "raise: { error: { type: 'https://example.com/no', status: 422, title: No } }",
        "set: { n: 1 }, then: end");
  }

  private static Arbitrary<String> scope(int depth) {
    return Combinators.combine(block(depth - 1), Arbitraries.of("", ", timeout: { after: PT45S }"))
        .as((body, timeout) -> "do: " + body + timeout);
  }

  private static Arbitrary<String> loop(int depth) {
    return Combinators.combine(block(depth - 1), Arbitraries.of("", ", while: '${ $item < 3 }'"))
        .as((body, condition) -> "for: { in: '${ [1, 2, 3] }' }, do: " + body + condition);
  }

  private static Arbitrary<String> guarded(int depth) {
    var retry =
        Arbitraries.of(
            "",
            "retry: { delay: PT1S, limit: { attempt: { count: 2 } } }, ",
            "retry: { delay: PT1S, backoff: { exponential: {} }, jitter: { from: PT0S, to: PT1S },"
                + " limit: { duration: PT30S } }, ");
    var filter = Arbitraries.of("", "errors: { with: { status: 409 } }, ");
    return Combinators.combine(block(depth - 1), filter, retry, block(depth - 1))
        .as((body, errors, again, handler) ->
            "try: " + body + ", catch: { " + errors + again + "do: " + handler + " }");
  }
}
