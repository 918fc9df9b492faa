package dev.millrace.sagas.rag;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Deadlines;
import dev.millrace.core.workflow.Decision;
import dev.millrace.core.workflow.Effect;
import dev.millrace.core.workflow.Limits;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Workflow;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.core.workflow.WorkflowCommand.Continue;
import dev.millrace.core.workflow.WorkflowCommand.FireTimers;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowState;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** Runs a definition of this saga by the engine's own rules, with stages called in place. */
final class WorkflowRun {
  private static final InstanceId INSTANCE = new InstanceId("run");
  private static final int COMMANDS_MAX = 500;

  /** Work on a request, real or scripted. */
  @FunctionalInterface
  interface Stages {
    StageAnswer execute(StageRequest request) throws Exception;
  }

  private final Plan plan;
  private final Stages stages;
  private final Queue<WorkflowCommand> commands = new ArrayDeque<>();
  private final List<StageRequest> requests = new ArrayList<>();
  private WorkflowState state = new WorkflowState.NotStarted();
  private Instant now = Instant.EPOCH;

  private WorkflowRun(Plan plan, Stages stages) {
    this.plan = plan;
    this.stages = stages;
  }

  /** How a run ended, and what it asked of its stages. */
  record Ended(Outcome outcome, List<StageRequest> requests) {}

  static Plan compile(String definition) throws Exception {
    var compilation = PlanCompiler.compile(definition, new FunctionCatalog(catalog()));
    if (!compilation.warnings().isEmpty()) {
      throw new IllegalStateException("warnings: " + compilation.warnings());
    }
    return compilation.plan();
  }

  private static Map<String, StageName> catalog() {
    var settings = new dev.millrace.stages.StageSettings(java.nio.file.Path.of("unused"), Map.of());
    var catalog = new HashMap<String, StageName>();
    for (var stage : dev.millrace.stages.Stages.discover(settings)) {
      stage.functions().keySet().forEach(function -> catalog.put(function, stage.name()));
    }
    return catalog;
  }

  static Ended of(String definition, JsonNode input, Stages stages) throws Exception {
    var plan = compile(definition);
    var run = new WorkflowRun(plan, stages);
    var workflow = new DefinitionRef(plan.id().namespace(), plan.id().name(), plan.id().version());
    run.commands.add(new Start(INSTANCE, workflow, input));
    return new Ended(run.toItsEnd(), run.requests);
  }

  private Outcome toItsEnd() throws Exception {
    for (int i = 0; i < COMMANDS_MAX; i++) {
      if (state instanceof WorkflowState.Finished finished) {
        return finished.outcome();
      }
      carryOut(next());
    }
    throw new IllegalStateException("not at its end after " + COMMANDS_MAX + " commands");
  }

  private WorkflowCommand next() {
    var command = commands.poll();
    if (command != null) {
      return command;
    }
    var due = Deadlines.next(state);
    if (due == null) {
      throw new IllegalStateException("waits for nothing: " + state);
    }
    now = due;
    return new FireTimers(INSTANCE);
  }

  private void carryOut(WorkflowCommand command) throws Exception {
    switch (Workflow.decide(plan, state, command, now, Limits.DEFAULT)) {
      case Decision.Accepted(var _, var effects, var after) -> {
        state = after;
        for (var effect : effects) {
          carryOut(effect);
        }
      }
      case Decision.Rejected rejected -> throw new IllegalStateException(rejected.toString());
    }
  }

  private void carryOut(Effect effect) throws Exception {
    switch (effect) {
      case Effect.Dispatch(var request) -> {
        requests.add(request);
        var answer = stages.execute(request);
        commands.add(new CompleteStage(INSTANCE, request.position(), request.attempt(), answer));
      }
      case Effect.ComeBack _ -> commands.add(new Continue(INSTANCE));
      case Effect.Publish _ -> {}
      case Effect.Tell _, Effect.Emit _, Effect.Coordinate _ ->
          throw new IllegalStateException("this workflow keeps to itself: " + effect);
    }
  }
}
