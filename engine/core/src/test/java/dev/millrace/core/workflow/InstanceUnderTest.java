package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.Decision.Reason;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.Continue;
import dev.millrace.core.workflow.WorkflowCommand.FireTimers;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One instance with nothing around it: commands go in, the journal grows, time passes when the test
 * says so. After every decision the state is checked to be the fold of the journal.
 */
final class InstanceUnderTest {
  static final InstanceId ID = new InstanceId("order-7");
  static final Instant T0 = Instant.parse("2026-11-21T10:00:00Z");
  static final FunctionCatalog CATALOG =
      new FunctionCatalog(
          Map.of("reserve", new StageName("stock"), "charge", new StageName("payments")));
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final JsonMapper JSON = new JsonMapper();

  private final Plan plan;
  private final Limits limits;
  private final List<WorkflowEvent> journal = new ArrayList<>();
  private final List<StageRequest> dispatched = new ArrayList<>();
  private final List<Outcome> published = new ArrayList<>();
  private final List<WorkflowCommand> told = new ArrayList<>();
  private final List<JsonNode> emitted = new ArrayList<>();
  private final List<LifecycleEvent> lifecycle = new ArrayList<>();
  private final List<CoordinationCommand> coordinated = new ArrayList<>();
  private final List<Integer> eventsPerTransition = new ArrayList<>();
  private WorkflowState state = new WorkflowState.NotStarted();
  private Instant now = T0;
  private @Nullable Rejected lastRejection;

  private InstanceUnderTest(Plan plan, Limits limits) {
    this.plan = plan;
    this.limits = limits;
  }

  /** An instance of a definition of which only {@code do} and what follows is given. */
  static InstanceUnderTest of(String body) {
    return new InstanceUnderTest(plan(body), Limits.DEFAULT);
  }

  static InstanceUnderTest of(Plan plan) {
    return new InstanceUnderTest(plan, Limits.DEFAULT);
  }

  static InstanceUnderTest of(String body, Limits limits) {
    return new InstanceUnderTest(plan(body), limits);
  }

  static Plan plan(String body) {
    var head = "document: { dsl: '1.0.3', namespace: test, name: under-test, version: '1.0.0' }\n";
    try {
      return PlanCompiler.compile(head + body, CATALOG).plan();
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage() + "\nin\n" + body, e);
    }
  }

  /** A definition of which everything after the name is given, with what else its document has. */
  static Plan planWithDocument(String rest) {
    var head =
        "document:\n  dsl: '1.0.3'\n  namespace: test\n  name: under-test\n  version: '1.0.0'\n";
    try {
      return PlanCompiler.compile(head + rest, CATALOG).plan();
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage() + "\nin\n" + head + rest, e);
    }
  }

  static JsonNode yaml(String text) {
    try {
      return YAML.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  // Commands.

  InstanceUnderTest start(String input) {
    return apply(new Start(ID, plan.id().ref(), yaml(input)));
  }

  InstanceUnderTest completes(String output) {
    return answers(new StageAnswer.Completed(yaml(output)));
  }

  InstanceUnderTest refuses(int status) {
    return answers(new StageAnswer.Refused(error(status)));
  }

  InstanceUnderTest isUnavailable(Duration retryAfter) {
    return answers(new StageAnswer.Unavailable(error(503), retryAfter));
  }

  InstanceUnderTest isUnknown() {
    return answers(new StageAnswer.Unknown(Kind.TIMEOUT.error("no answer within PT30S")));
  }

  InstanceUnderTest answers(StageAnswer answer) {
    return apply(answerTo(lastRequest(), answer));
  }

  static CompleteStage answerTo(StageRequest request, StageAnswer answer) {
    return new CompleteStage(request.instanceId(), request.position(), request.attempt(), answer);
  }

  InstanceUnderTest isCancelled() {
    return apply(new Cancel(ID, "no longer needed"));
  }

  /** Time passes; whatever is due meanwhile fires at its time. */
  InstanceUnderTest after(Duration duration) {
    var end = now.plus(duration);
    for (var due = Deadlines.next(state);
        due != null && !due.isAfter(end);
        due = Deadlines.next(state)) {
      now = due.isAfter(now) ? due : now;
      apply(new FireTimers(ID));
      assertThat(lastRejection).as("a due timer is never stale").isNull();
    }
    now = end;
    return this;
  }

  /** Puts the clock to the instant something is due, without letting it fire. */
  InstanceUnderTest untilDue() {
    now = Objects.requireNonNull(Deadlines.next(state));
    return this;
  }

  /** Starts, and loses the command to come back with. */
  InstanceUnderTest startedButInterruptedAfterOneStep(String input) {
    var oneStep = limits(1, 100_000, 100_000, 100);
    var start = new Start(ID, plan.id().ref(), yaml(input));
    state = ((Accepted) Workflow.decide(plan, state, start, now, oneStep)).state();
    return this;
  }

  InstanceUnderTest apply(WorkflowCommand command) {
    switch (decide(command)) {
      case Rejected rejected -> lastRejection = rejected;
      case Accepted accepted -> {
        lastRejection = null;
        accept(accepted);
      }
    }
    return this;
  }

  Decision decide(WorkflowCommand command) {
    var decision = Workflow.decide(plan, state, command, now, limits);
    assertThat(Workflow.decide(plan, state, command, now, limits))
        .as("equal arguments give equal decisions")
        .isEqualTo(decision);
    return decision;
  }

  private void accept(Accepted accepted) {
    assertThat(Workflow.replay(state, accepted.events()))
        .as("the state is the fold of the journal")
        .isEqualTo(accepted.state());
    tell(accepted);
    state = accepted.state();
    journal.addAll(accepted.events());
    eventsPerTransition.add(accepted.events().size());
    for (var effect : accepted.effects()) {
      switch (effect) {
        case Effect.Dispatch(var request) -> dispatched.add(request);
        case Effect.ComeBack(var id) -> apply(new Continue(id));
        case Effect.Publish(var outcome) -> published.add(outcome.outcome());
        case Effect.Tell(var told) -> told(told);
        case Effect.Emit(var event) -> emitted.add(event);
        case Effect.Coordinate(var wish) -> coordinated.add(wish);
      }
    }
  }

  /** After every decision as many tasks have been told to be under way as there are. */
  private void tell(Accepted accepted) {
    var entry = new JournalEntry(ID, eventsPerTransition.size(), now, accepted.events());
    lifecycle.addAll(Lifecycle.of(plan, state, entry, LifecycleLevel.TASKS));
    var open = 0;
    for (var told : lifecycle) {
      open +=
          switch (told.type()) {
            case TASK_STARTED -> 1;
            case TASK_COMPLETED, TASK_FAULTED, TASK_CANCELLED -> -1;
            default -> 0;
          };
    }
    assertThat(open).as("tasks told to be under way: %s", lifecycle).isEqualTo(underWay(accepted));
  }

  private int underWay(Accepted accepted) {
    return accepted.state() instanceof WorkflowState.Running running
        ? (int)
            running.branches().stream()
                .flatMap(branch -> branch.frames().stream())
                .filter(frame -> isWritten(plan.tasks().get(frame.entry().pointer())))
                .count()
        : 0;
  }

  private static boolean isWritten(@Nullable TaskPlan task) {
    return task != null
        && !(task instanceof TaskPlan.Extended)
        && !(task instanceof TaskPlan.Advice);
  }

  /** What the outside was told, tasks included. */
  List<LifecycleEvent> lifecycle() {
    return lifecycle;
  }

  private void told(WorkflowCommand command) {
    told.add(command);
  }

  /** The bounds of a transition and of values; the others as they are. */
  static Limits limits(int steps, int bytes, int valueBytes, int rounds) {
    var it = Limits.DEFAULT;
    return new Limits(
        steps,
        bytes,
        valueBytes,
        rounds,
        it.stageAttemptsMax(),
        it.undoAttemptsMax(),
        it.lanesMax(),
        it.widthMax(),
        it.eventsPerListenMax(),
        it.signalsMax(),
        it.stageRetryDelay(),
        it.stageRetryDelayMax());
  }

  static WorkflowError error(int status) {
    return Kind.COMMUNICATION.error(status, "status " + status);
  }

  // What there is to see.

  Plan plan() {
    return plan;
  }

  WorkflowState state() {
    return state;
  }

  Instant now() {
    return now;
  }

  List<WorkflowEvent> journal() {
    return journal;
  }

  List<StageRequest> dispatched() {
    return dispatched;
  }

  /** Outcomes as others learn of them, in order. */
  List<Outcome> published() {
    return published;
  }

  /** Commands to other instances, in order. */
  List<WorkflowCommand> told() {
    return told;
  }

  List<JsonNode> emitted() {
    return emitted;
  }

  List<CoordinationCommand> coordinated() {
    return coordinated;
  }

  /** The requests an answer is awaited for now, in the order of their branches. */
  List<StageRequest> awaited() {
    if (!(state instanceof WorkflowState.Running running)) {
      return List.of();
    }
    return running.branches().stream()
        .map(branch -> branch.frames().isEmpty() ? null : branch.frames().getLast())
        .map(frame -> frame instanceof Frame.Call call && call.retryAt() == null ? call : null)
        .filter(Objects::nonNull)
        .map(this::requestOf)
        .toList();
  }

  private StageRequest requestOf(Frame.Call call) {
    return dispatched.reversed().stream()
        .filter(request -> request.idempotencyKey().equals(call.idempotencyKey()))
        .filter(request -> request.position().pointer().equals(call.entry().pointer()))
        .findFirst()
        .orElseThrow();
  }

  int eventsPerTransitionMax() {
    return eventsPerTransition.stream().mapToInt(Integer::intValue).max().orElse(0);
  }

  int transitions() {
    return eventsPerTransition.size();
  }

  StageRequest lastRequest() {
    return dispatched.getLast();
  }

  @Nullable Reason rejection() {
    return lastRejection == null ? null : lastRejection.reason();
  }

  Outcome outcome() {
    if (state instanceof WorkflowState.Finished finished) {
      return finished.outcome();
    }
    throw new AssertionError("the instance has not ended: " + state);
  }

  JsonNode output() {
    if (outcome() instanceof Outcome.Completed(var output)) {
      return output;
    }
    throw new AssertionError("the instance has not completed: " + outcome());
  }

  WorkflowError error() {
    if (outcome() instanceof Outcome.Failed(var error)) {
      return error;
    }
    throw new AssertionError("the instance has not failed: " + outcome());
  }

  /** Names of the tasks that completed, in order. */
  List<String> completed() {
    return journal.stream()
        .map(e -> e instanceof WorkflowEvent.TaskCompleted t ? t.position().taskName() : null)
        .filter(Objects::nonNull)
        .toList();
  }

  /** Kinds of the events so far, in order. */
  List<String> kinds() {
    return journal.stream().map(e -> e.getClass().getSimpleName()).toList();
  }

  static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }
}
