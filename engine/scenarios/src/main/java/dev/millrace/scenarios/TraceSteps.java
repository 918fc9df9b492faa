package dev.millrace.scenarios;

import dev.millrace.core.stage.StageRequest;
import io.cucumber.java.en.Then;
import java.util.List;

/** Steps about which tasks ran, in which order, and what they asked of stages. */
public final class TraceSteps {
  private final Bench bench;

  TraceSteps(Bench bench) {
    this.bench = bench;
  }

  @Then("^(\\w+) should run first$")
  public void should_run_first(String task) {
    Expect.equal("the first task", task, trace().getFirst());
  }

  @Then("^(\\w+) should run last$")
  public void should_run_last(String task) {
    Expect.equal("the last task", task, trace().getLast());
  }

  @Then("^(\\w+) should run after (\\w+)$")
  public void should_run_after(String later, String earlier) {
    var trace = trace();
    var first = trace.indexOf(earlier);
    var after = trace.lastIndexOf(later);
    Expect.that(first >= 0 && first < after, "the tasks ran in this order: " + trace);
  }

  @Then("^(\\w+) should run before (\\w+)$")
  public void should_run_before(String earlier, String later) {
    should_run_after(later, earlier);
  }

  @Then("^(\\w+) should not run$")
  public void should_not_run(String task) {
    should_run_times(task, 0);
  }

  @Then("^(\\w+) should run (\\d+) times?$")
  public void should_run_times(String task, int times) {
    var count = trace().stream().filter(task::equals).count();
    Expect.that(
        count == times, "%s ran %d times; all that ran: %s".formatted(task, count, trace()));
  }

  @Then("the workflow should be waiting")
  public void the_workflow_should_be_waiting() {
    var ended = bench.ended();
    Expect.that(ended.isEmpty(), "the workflow does not wait, it has ended: " + ended);
    Expect.that(bench.story().hasBegun(), "the workflow does not wait, it has not begun");
  }

  @Then("^the workflow should be waiting in (\\w+)$")
  public void the_workflow_should_be_waiting_in(String task) {
    the_workflow_should_be_waiting();
    var waiting = bench.story().waiting();
    Expect.that(waiting.contains(task), "the workflow waits in " + waiting);
  }

  @Then("^(\\w+) should be requested (\\d+) times?$")
  public void should_be_requested_times(String task, int times) {
    Expect.equal("the number of requests of " + task, times, requestsOf(task).size());
  }

  @Then("^the idempotency key of (\\w+) should be the same in every request$")
  public void the_key_should_be_the_same(String task) {
    var requests = requestsOf(task);
    Expect.that(requests.size() > 1, task + " was not requested more than once");
    Expect.equal("the number of keys", 1L, keys(requests));
  }

  @Then("^the idempotency key of (\\w+) should be another in every request$")
  public void the_key_should_be_another(String task) {
    var requests = requestsOf(task);
    Expect.that(requests.size() > 1, task + " was not requested more than once");
    Expect.equal("the number of keys", (long) requests.size(), keys(requests));
  }

  @Then("^the idempotency key of (\\w+) should be '([^']*)'$")
  public void the_key_should_be(String task, String key) {
    Expect.equal("the key", key, lastRequestOf(task).idempotencyKey());
  }

  private static long keys(List<StageRequest> requests) {
    return requests.stream().map(StageRequest::idempotencyKey).distinct().count();
  }

  @Then("^the last request of (\\w+) should have the arguments:$")
  public void the_last_request_should_have_the_arguments(String task, String text) {
    Expect.json("the arguments", Expect.yaml(text), lastRequestOf(task).arguments());
  }

  @Then("^the last request of (\\w+) should go to the stage (\\S+)$")
  public void the_last_request_should_go_to(String task, String stage) {
    Expect.equal("the stage", stage, lastRequestOf(task).stage().value());
  }

  private StageRequest lastRequestOf(String task) {
    var requests = requestsOf(task);
    Expect.that(!requests.isEmpty(), task + " was not requested");
    return requests.getLast();
  }

  private List<StageRequest> requestsOf(String task) {
    return bench.observe().requests().stream()
        .filter(request -> request.position().taskName().equals(task))
        .toList();
  }

  private List<String> trace() {
    return bench.story().trace();
  }
}
