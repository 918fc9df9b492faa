package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.wire.Submission;
import io.cucumber.java.en.When;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Steps in which something happens to a running workflow. */
public final class ActionSteps {
  private final Bench bench;
  private int signals;
  private int events;

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

  @When("the workflow is suspended")
  public void the_workflow_is_suspended() {
    bench.submit(new Submission.Suspend("suspended by the scenario"));
  }

  @When("the workflow is resumed")
  public void the_workflow_is_resumed() {
    bench.submit(new Submission.Resume());
  }

  @When("^the signal (\\S+) is sent$")
  public void the_signal_is_sent(String name) {
    the_signal_is_sent_with(name, "{}");
  }

  @When("^the signal (\\S+) is sent with (.+)$")
  public void the_signal_is_sent_with(String name, String data) {
    signals++;
    bench.submit(new Submission.Signal(name, "signal-" + signals, Expect.yaml(data)));
  }

  /** What a client does that does not know whether its signal arrived. */
  @When("^the signal (\\S+) is sent again with (.+)$")
  public void the_signal_is_sent_again_with(String name, String data) {
    bench.submit(new Submission.Signal(name, "signal-" + signals, Expect.yaml(data)));
  }

  /** A CloudEvent; what it lacks of a complete one is added. */
  @When("an event arrives:")
  public void an_event_arrives(String text) {
    if (!(Expect.yaml(text) instanceof ObjectNode event)) {
      throw new IllegalArgumentException("a CloudEvent is an object: " + text);
    }
    events++;
    var complete = event.objectNode();
    complete.put("specversion", "1.0").put("id", "event-" + events).put("source", "/scenario");
    bench.engine().publish(complete.setAll(event));
  }

  @When("^the failed compensation(?: of (\\S+))? is (retried|skipped|resolved)$")
  public void the_failed_compensation_is(@Nullable String task, String ruling) {
    var rulings =
        Map.of("retried", Ruling.RETRY, "skipped", Ruling.SKIP, "resolved", Ruling.RESOLVE);
    bench.submit(
        new Submission.SettleCompensation(
            Objects.requireNonNull(rulings.get(ruling)), ruling + " by the scenario", task));
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
