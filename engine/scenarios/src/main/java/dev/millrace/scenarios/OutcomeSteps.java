package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.workflow.Errors;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo.Settlement;
import io.cucumber.java.en.Then;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;

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

  @Then("the workflow should be compensated")
  public void the_workflow_should_be_compensated() {
    compensated();
  }

  /** Names of the tasks whose work was undone, separated by commas. */
  @Then("^the workflow should have undone (.+)$")
  public void the_workflow_should_have_undone(String tasks) {
    var undone = compensated().undone().stream().map(s -> s.position().taskName()).toList();
    Expect.equal("what was undone", List.of(tasks.split(", ")), undone);
  }

  @Then("the compensation should have failed")
  public void the_compensation_should_have_failed() {
    uncompensated();
  }

  @Then("^the compensation should have failed and left (.+)$")
  public void the_compensation_should_have_left(String tasks) {
    var left = uncompensated().left().stream().map(TaskPosition::taskName).toList();
    Expect.equal("what is left", List.of(tasks.split(", ")), left);
  }

  @Then("^the compensation should have failed and skipped (.+)$")
  public void the_compensation_should_have_skipped(String tasks) {
    var skipped =
        uncompensated().settled().stream()
            .filter(settled -> settled.settlement() == Settlement.SKIPPED)
            .map(settled -> settled.position().taskName())
            .toList();
    Expect.equal("what was skipped", List.of(tasks.split(", ")), skipped);
  }

  private Outcome.Compensated compensated() {
    return outcome() instanceof Outcome.Compensated compensated
        ? compensated
        : otherwise("COMPENSATED");
  }

  private Outcome.CompensationFailed uncompensated() {
    return outcome() instanceof Outcome.CompensationFailed failed
        ? failed
        : otherwise("COMPENSATION_FAILED");
  }

  /** About runs that this one started; of a workflow that was defined beside it. */
  @Then(
      "^(\\d+) runs? of '([^']*)' should have (completed|failed|been cancelled|been compensated)$")
  public void runs_should_have_ended(int count, String workflow, String how) {
    var status =
        Map.of(
                "completed", "COMPLETED",
                "failed", "FAILED",
                "been cancelled", "CANCELLED",
                "been compensated", "COMPENSATED")
            .get(how);
    var ends =
        bench.observe().outcomes().stream()
            .filter(o -> o.definition().toString().startsWith(workflow + ":"))
            .map(o -> o.outcome().status())
            .toList();
    Expect.equal("how runs of " + workflow + " ended", Collections.nCopies(count, status), ends);
  }

  @Then("^(\\d+) events? of type '([^']*)' should have been published$")
  public void events_should_have_been_published(int count, String type) {
    Expect.equal("the number of events", count, eventsOf(type).size());
  }

  @Then("^the event of type '([^']*)' should have the '([^']*)':$")
  public void the_event_should_have(String type, String path, String text) {
    var events = eventsOf(type);
    Expect.equal("the number of events", 1, events.size());
    Expect.json(
        "'" + path + "' of the event",
        Expect.yaml(text),
        events.getFirst().at("/" + path.replace('.', '/')));
  }

  private List<JsonNode> eventsOf(String type) {
    return bench.observe().events().stream()
        .filter(event -> event.path("type").asText().equals(type))
        .toList();
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
