package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.workflow.Errors;
import dev.millrace.core.workflow.Outcome;
import io.cucumber.java.en.Then;
import java.time.Duration;
import java.util.Arrays;

/** Steps about how a workflow ended, and with what. */
public final class OutcomeSteps {
  private static final String NAMES = "((?:'[^']*'(?:, )?)+)";
  private final Bench bench;

  OutcomeSteps(Bench bench) {
    this.bench = bench;
  }

  @Then("the workflow should complete")
  public void the_workflow_should_complete() {
    output();
  }

  @Then("the workflow should complete with output:")
  public void the_workflow_should_complete_with_output(String text) {
    Expect.json("the output", Expect.yaml(text), output());
  }

  @Then("the workflow should fault")
  public void the_workflow_should_fault() {
    error();
  }

  /** The members named are to be as given; others do not matter. */
  @Then("the workflow should fault with error:")
  public void the_workflow_should_fault_with_error(String text) {
    var error = error();
    for (var member : Expect.yaml(text).properties()) {
      Expect.json("the error's " + member.getKey(), member.getValue(), error.path(member.getKey()));
    }
  }

  @Then("the error's detail should mention {string}")
  public void the_errors_detail_should_mention(String part) {
    var detail = error().path("detail").asText();
    Expect.that(detail.contains(part), "the error's detail is: " + detail);
  }

  @Then("the workflow should be cancelled")
  public void the_workflow_should_be_cancelled() {
    cancelled();
  }

  @Then("the workflow should be cancelled because {string}")
  public void the_workflow_should_be_cancelled_because(String reason) {
    Expect.equal("the reason", reason, cancelled().reason());
  }

  @Then("the workflow should have ended once")
  public void the_workflow_should_have_ended_once() {
    var instance = bench.engine().instance();
    var count =
        bench.observe().outcomes().stream().filter(o -> o.instanceId().equals(instance)).count();
    Expect.equal("the number of ends", 1L, count);
  }

  @Then("^the workflow should have taken " + Durations.FORM + "$")
  public void the_workflow_should_have_taken(String duration) {
    outcome();
    var ended = bench.ended().orElseThrow();
    Expect.equal(
        "the time it took",
        Durations.parse(duration),
        Duration.between(ended.startedAt(), ended.finishedAt()));
  }

  @Then("^the workflow output should have properties " + NAMES + "$")
  public void the_workflow_output_should_have_properties(String names) {
    Arrays.stream(names.split(", "))
        .map(name -> name.substring(1, name.length() - 1))
        .forEach(path ->
            Expect.that(
                !at(path).isMissingNode(), "the output has no '%s': %s".formatted(path, output())));
  }

  @Then("the workflow output should have a {string} property with value:")
  public void the_workflow_output_should_have_a_property(String path, String text) {
    Expect.json("'" + path + "' of the output", Expect.yaml(text), at(path));
  }

  @Then("the workflow output should have a {string} property containing {int} items")
  public void the_workflow_output_should_have_items(String path, int count) {
    Expect.equal("the number of items in '" + path + "'", count, at(path).size());
  }

  private JsonNode at(String path) {
    return output().at("/" + path.replace('.', '/'));
  }

  private JsonNode output() {
    return outcome() instanceof Outcome.Completed(var output) ? output : otherwise("COMPLETED");
  }

  private JsonNode error() {
    return outcome() instanceof Outcome.Failed(var error)
        ? Errors.toJson(error)
        : otherwise("FAILED");
  }

  private Outcome.Cancelled cancelled() {
    return outcome() instanceof Outcome.Cancelled cancelled ? cancelled : otherwise("CANCELLED");
  }

  private <T> T otherwise(String expected) {
    throw new AssertionError(
        "the workflow should have ended %s, but: %s".formatted(expected, outcome()));
  }

  private Outcome outcome() {
    return bench.outcome();
  }
}
