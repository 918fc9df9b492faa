package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import io.serverlessworkflow.api.WorkflowFormat;
import io.serverlessworkflow.api.WorkflowReader;
import io.serverlessworkflow.impl.WorkflowApplication;
import io.serverlessworkflow.impl.WorkflowException;
import io.serverlessworkflow.impl.WorkflowModel;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The executor of the language's Java SDK, which runs in memory. */
final class JavaSdk {
  private JavaSdk() {}

  /** Whoever has not ended by then has hung. The thread it hangs in is left behind. */
  static End run(PureScenarios.Pure scenario, Duration patience) throws InterruptedException {
    var threads = Thread.ofPlatform().daemon().name("java-sdk");
    try {
      return CompletableFuture.supplyAsync(() -> run(scenario), threads::start)
          .get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException _) {
      return new End.Hung();
    } catch (ExecutionException e) {
      throw new AssertionError(e);
    }
  }

  /** An application knows a definition by its name, and scenarios share names: one for each. */
  private static End run(PureScenarios.Pure scenario) {
    try (var application = WorkflowApplication.builder().disableLifeCycleCEPublishing().build()) {
      var workflow =
          WorkflowReader.readWorkflowFromString(scenario.definition(), WorkflowFormat.YAML);
      var definition = application.workflowDefinition(workflow);
      return ended(definition.instance(InstanceUnderTest.yaml(scenario.input())).start());
    } catch (IOException | RuntimeException e) {
      return end(e);
    }
  }

  private static End ended(CompletableFuture<WorkflowModel> run) {
    return new End.Completed(run.join().as(JsonNode.class).orElseThrow());
  }

  private static End end(Throwable thrown) {
    for (var it = thrown; it != null; it = it.getCause()) {
      if (it instanceof WorkflowException e) {
        return End.Failed.of(e.getWorkflowError().type(), e.getWorkflowError().status());
      }
    }
    return new End.Broken(thrown.toString());
  }
}
