package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import io.cucumber.java.en.Then;
import java.util.List;

/** Steps about what the outside is told of the instance and its tasks. */
public final class LifecycleSteps {
  private static final String PREFIX = "io.serverlessworkflow.";
  private static final String VERSION = ".v1";
  private final Bench bench;

  LifecycleSteps(Bench bench) {
    this.bench = bench;
  }

  @Then("^(\\d+) lifecycle events? of type '([^']*)' should have been published$")
  public void lifecycle_events_should_have_been_published(int count, String type) {
    Expect.that(
        of(type).size() == count,
        "%d lifecycle events of type %s; all: %s".formatted(of(type).size(), type, told()));
  }

  @Then("^(\\d+) lifecycle events? of type '([^']*)' should have been published for (\\w+)$")
  public void lifecycle_events_should_have_been_published_for(int count, String type, String task) {
    Expect.that(
        of(type, task).size() == count,
        "%d lifecycle events of type %s for %s; all: %s"
            .formatted(of(type, task).size(), type, task, told()));
  }

  @Then("^the lifecycle event of type '([^']*)' should have the '([^']*)':$")
  public void the_lifecycle_event_should_have(String type, String path, String text) {
    lifecycle_events_should_have_been_published(1, type);
    requireMember(of(type).getFirst(), path, text);
  }

  @Then("^the lifecycle event of type '([^']*)' for (\\w+) should have the '([^']*)':$")
  public void the_lifecycle_event_for_a_task_should_have(
      String type, String task, String path, String text) {
    lifecycle_events_should_have_been_published_for(1, type, task);
    requireMember(of(type, task).getFirst(), path, text);
  }

  private static void requireMember(JsonNode event, String path, String text) {
    Expect.json(
        "'" + path + "' of the lifecycle event",
        Expect.yaml(text),
        event.at("/" + path.replace('.', '/')));
  }

  /** One line for each, a task by its name: {@code task.completed charge}. */
  @Then("the lifecycle events should be:")
  public void the_lifecycle_events_should_be(String lines) {
    Expect.equal("what was told", lines.strip().lines().map(String::strip).toList(), told());
  }

  @Then("no lifecycle event should have been published")
  public void no_lifecycle_event_should_have_been_published() {
    Expect.equal("what was told", List.of(), told());
  }

  @Then("no lifecycle event should have been published twice")
  public void none_should_have_been_published_twice() {
    var ids = bench.observe().lifecycle().stream().map(it -> it.path("id").asText()).toList();
    Expect.equal("the distinct ids", ids.stream().distinct().toList(), ids);
  }

  private List<String> told() {
    return ofTheInstance().stream().map(LifecycleSteps::line).toList();
  }

  private static String line(JsonNode event) {
    var type = event.path("type").asText();
    var word = type.substring(PREFIX.length(), type.length() - VERSION.length());
    return type.startsWith(PREFIX + "task.") ? word + " " + taskOf(event) : word;
  }

  private static String taskOf(JsonNode event) {
    var pointer = event.at("/data/task").asText();
    return pointer.substring(pointer.lastIndexOf('/') + 1);
  }

  private List<JsonNode> of(String type) {
    return ofTheInstance().stream()
        .filter(event -> event.path("type").asText().equals(PREFIX + type + VERSION))
        .toList();
  }

  private List<JsonNode> of(String type, String task) {
    return of(type).stream().filter(event -> taskOf(event).equals(task)).toList();
  }

  private List<JsonNode> ofTheInstance() {
    var instance = bench.engine().instance().value();
    return bench.observe().lifecycle().stream()
        .filter(event -> event.path("subject").asText().equals(instance))
        .toList();
  }
}
