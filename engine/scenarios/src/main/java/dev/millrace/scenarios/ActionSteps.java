package dev.millrace.scenarios;

import dev.millrace.wire.Submission;
import io.cucumber.java.en.When;

/** Steps in which something happens to a running workflow. */
public final class ActionSteps {
  private final Bench bench;

  ActionSteps(Bench bench) {
    this.bench = bench;
  }

  @When("^the time advances by " + Durations.FORM + "$")
  public void the_time_advances_by(String duration) {
    bench.engine().advance(Durations.parse(duration));
  }

  @When("the engine crashes")
  public void the_engine_crashes() {
    bench.engine().crash();
  }

  @When("the workflow is cancelled")
  public void the_workflow_is_cancelled() {
    bench.submit(new Submission.Cancel("cancelled by the scenario"));
  }

  @When("the workflow is cancelled because {string}")
  public void the_workflow_is_cancelled_because(String reason) {
    bench.submit(new Submission.Cancel(reason));
  }
}
