package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.Decision.Accepted;
import dev.millrace.core.workflow.Decision.Rejected;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.Continue;
import dev.millrace.core.workflow.WorkflowCommand.FireTimers;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@code decide} is total: for every kind of state and every command there is a stated answer. */
class EveryStateMeetsEveryCommandTest {
  private static final String BODY =
      """
      do:
        - guarded:
            try: [ { pay: { call: 'charge:1.0.0@default', with: { n: '${ .n }' } } } ]
            catch: { errors: { with: { status: 500 } }, retry: { delay: PT1S, limit: { attempt: { count: 3 } } } }
        - pause: { wait: PT1H }
        - last: { set: { done: true } }
      """;

  /** Rows are states, columns commands; A is accepted, other words are the reason of a refusal. */
  private static final String EXPECTED =
      """
                   start     restart   answer  late   cancel            timers  continue event signal           suspend          resume           child settle           undo  release grant refuse
      not-started  A         A         STALE   STALE  UNKNOWN_INSTANCE  STALE   STALE    STALE UNKNOWN_INSTANCE UNKNOWN_INSTANCE UNKNOWN_INSTANCE STALE UNKNOWN_INSTANCE STALE STALE   STALE STALE
      calling      DUPLICATE CONFLICT  A       STALE  A                 STALE   STALE    STALE UNKNOWN_INSTANCE A                STALE            STALE STALE            STALE STALE   STALE STALE
      asking-again DUPLICATE CONFLICT  STALE   STALE  A                 A       STALE    STALE UNKNOWN_INSTANCE A                STALE            STALE STALE            STALE STALE   STALE STALE
      backing-off  DUPLICATE CONFLICT  STALE   STALE  A                 A       STALE    STALE UNKNOWN_INSTANCE A                STALE            STALE STALE            STALE STALE   STALE STALE
      waiting      DUPLICATE CONFLICT  STALE   STALE  A                 A       STALE    STALE UNKNOWN_INSTANCE A                STALE            STALE STALE            STALE STALE   STALE STALE
      yielded      DUPLICATE CONFLICT  STALE   STALE  A                 STALE   A        STALE UNKNOWN_INSTANCE A                STALE            STALE STALE            STALE STALE   STALE STALE
      listening    DUPLICATE CONFLICT  STALE   STALE  A                 STALE   STALE    A     A                A                STALE            STALE STALE            STALE STALE   STALE STALE
      suspended    DUPLICATE CONFLICT  A       STALE  A                 STALE   STALE    STALE UNKNOWN_INSTANCE STALE            A                STALE STALE            STALE STALE   STALE STALE
      finished     DUPLICATE CONFLICT  STALE   STALE  STALE             STALE   STALE    STALE STALE            STALE            STALE            STALE STALE            STALE STALE   STALE STALE
      """;

  @Test
  void every_pair_has_its_answer() {
    var actual = new ArrayList<String>();
    var commands = commands();
    actual.add("state " + String.join(" ", commands.keySet()));
    states()
        .forEach((name, instance) ->
            actual.add(
                name
                    + commands.values().stream()
                        .map(command -> " " + answer(instance.get(), command))
                        .collect(Collectors.joining())));
    var expected =
        new ArrayList<>(EXPECTED.lines().map(l -> l.strip().replaceAll(" +", " ")).toList());
    expected.set(0, "state " + expected.getFirst());
    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void every_kind_of_command_and_state_is_visited() {
    var commands = commands().values().stream().<Class<?>>map(Object::getClass).toList();
    assertThat(commands).contains(WorkflowCommand.class.getPermittedSubclasses());
    var states = states().values().stream().<Class<?>>map(s -> s.get().state().getClass()).toList();
    assertThat(states).contains(WorkflowState.class.getPermittedSubclasses());
  }

  private static Map<String, Supplier<InstanceUnderTest>> states() {
    var states = new LinkedHashMap<String, Supplier<InstanceUnderTest>>();
    states.put("not-started", () -> InstanceUnderTest.of(BODY));
    states.put("calling", EveryStateMeetsEveryCommandTest::calling);
    states.put("asking-again", () -> due(calling().isUnavailable(Duration.ZERO)));
    states.put("backing-off", () -> due(calling().refuses(500)));
    states.put("waiting", () -> due(calling().completes("n: 1")));
    states.put("yielded", EveryStateMeetsEveryCommandTest::yielded);
    states.put("listening", EveryStateMeetsEveryCommandTest::listening);
    states.put(
        "suspended",
        () -> calling().apply(new WorkflowCommand.Suspend(InstanceUnderTest.ID, "look")));
    states.put("finished", () -> calling().isCancelled());
    return states;
  }

  private static InstanceUnderTest calling() {
    return InstanceUnderTest.of(BODY).start("n: 1");
  }

  /** The clock stands where something is due, and nothing has fired yet. */
  private static InstanceUnderTest due(InstanceUnderTest instance) {
    return instance.untilDue();
  }

  private static InstanceUnderTest yielded() {
    var instance =
        InstanceUnderTest.of("do: [ { a: { set: { n: 1 } } }, { b: { set: { n: 2 } } } ]");
    return instance.startedButInterruptedAfterOneStep("n: 1");
  }

  private static InstanceUnderTest listening() {
    return InstanceUnderTest.of(
            """
            do:
              - ask:
                  listen: { to: { one: { with: { type: decided } } } }
                  metadata: { millrace: { signal: decide } }
            """)
        .start("n: 1");
  }

  private static Map<String, WorkflowCommand> commands() {
    var commands = new LinkedHashMap<String, WorkflowCommand>();
    var calling = calling();
    var ref = calling.plan().id().ref();
    var done = new StageAnswer.Completed(InstanceUnderTest.yaml("n: 1"));
    var answer = InstanceUnderTest.answerTo(calling.lastRequest(), done);
    commands.put("start", new Start(InstanceUnderTest.ID, ref, InstanceUnderTest.yaml("n: 1")));
    commands.put("restart", new Start(InstanceUnderTest.ID, ref, InstanceUnderTest.yaml("n: 2")));
    commands.put("answer", answer);
    commands.put("late", new CompleteStage(answer.instanceId(), answer.position(), 7, done));
    commands.put("cancel", new Cancel(InstanceUnderTest.ID, "enough"));
    commands.put("timers", new FireTimers(InstanceUnderTest.ID));
    commands.put("continue", new Continue(InstanceUnderTest.ID));
    commands.putAll(laterCommands());
    return commands;
  }

  private static Map<String, WorkflowCommand> laterCommands() {
    var id = InstanceUnderTest.ID;
    var other = new InstanceId("other");
    var ask = new TaskPosition("/do/0/ask", "");
    var event = InstanceUnderTest.yaml("{ specversion: '1.0', id: e, source: /s, type: decided }");
    var by = new Origin.ByParent(other, ask, true);
    var commands = new LinkedHashMap<String, WorkflowCommand>();
    commands.put("event", new WorkflowCommand.DeliverEvent(id, ask, 0, "channel", event));
    commands.put("signal", new WorkflowCommand.Signal(id, "decide", "s-1", event));
    commands.put("suspend", new WorkflowCommand.Suspend(id, "look"));
    commands.put("resume", new WorkflowCommand.Resume(id));
    commands.put(
        "child",
        new WorkflowCommand.ChildEnded(id, ask, other, new Outcome.Completed(event), false));
    commands.put(
        "settle",
        new WorkflowCommand.SettleCompensation(id, WorkflowCommand.Ruling.SKIP, "enough"));
    commands.put("undo", new WorkflowCommand.UndoChild(id, by));
    commands.put("release", new WorkflowCommand.ReleaseChild(id));
    commands.put("grant", new WorkflowCommand.GrantPermit(id, "gate"));
    commands.put("refuse", new WorkflowCommand.RefusePermit(id, "gate", "full"));
    return commands;
  }

  private static String answer(InstanceUnderTest instance, WorkflowCommand command) {
    return switch (instance.decide(command)) {
      case Accepted _ -> "A";
      case Rejected rejected -> rejected.reason().name();
    };
  }
}
