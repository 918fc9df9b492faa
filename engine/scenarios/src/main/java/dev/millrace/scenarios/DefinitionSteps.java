package dev.millrace.scenarios;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import io.cucumber.java.After;
import io.cucumber.java.Before;
import io.cucumber.java.Scenario;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Steps about what is deployed, and with which input it starts. */
public final class DefinitionSteps {
  private final Bench bench;
  private final Results results;
  private URI feature = URI.create("");

  DefinitionSteps(Bench bench, Results results) {
    this.bench = bench;
    this.results = results;
  }

  @Before
  public void begin(Scenario scenario) {
    feature = scenario.getUri();
  }

  @After
  public void end(Scenario scenario) {
    results.observed(scenario.getId(), bench);
    bench.close();
  }

  @Given("a workflow with definition:")
  public void a_workflow_with_definition(String text) {
    bench.define(text, folder(feature));
  }

  @Given("another workflow with definition:")
  public void another_workflow_with_definition(String text) {
    bench.defineAnother(text, folder(feature));
  }

  /** A file beside the feature's. */
  @Given("the workflow of {string}")
  public void the_workflow_of(String file) throws IOException {
    bench.define(Files.readString(beside(file)), folder(beside(file).toUri()));
  }

  @Given("another workflow of {string}")
  public void another_workflow_of(String file) throws IOException {
    bench.defineAnother(Files.readString(beside(file)), folder(beside(file).toUri()));
  }

  private Path beside(String file) {
    return Path.of(feature).resolveSibling(file);
  }

  private static Path folder(URI file) {
    return Path.of(file).resolveSibling("");
  }

  /** What a definition refers to outside itself: a file of a function, or a schema. */
  @Given("the resource {string} is:")
  public void the_resource_is(String uri, String text) {
    bench.give(uri, text);
  }

  /** The kit's own wording, and one that reads better after "Given". */
  @Given("^(?:given )?the workflow input is:$")
  public void the_workflow_input_is(String text) {
    bench.input(Expect.yaml(text));
  }

  @When("the workflow is executed")
  public void the_workflow_is_executed() throws InvalidDefinitionException {
    bench.start();
  }

  @When("the workflow is deployed")
  public void the_workflow_is_deployed() throws InvalidDefinitionException {
    bench.deploy();
  }

  @When("the other workflows are deployed")
  public void the_other_workflows_are_deployed() throws InvalidDefinitionException {
    bench.deployOthers();
  }

  /** Nothing orders the topic of definitions and that of events. */
  @When("the workflow is deployed and the engine has yet to hear of it")
  public void the_engine_has_yet_to_hear_of_it() throws InvalidDefinitionException {
    bench.announce();
  }

  @Then("the definition should be accepted")
  public void the_definition_should_be_accepted() throws InvalidDefinitionException {
    bench.deploy();
  }

  @Then("the definition should be refused with {string}")
  public void the_definition_should_be_refused(String part) {
    var problems = problems();
    Expect.that(
        problems.stream().anyMatch(problem -> problem.message().contains(part)),
        "the definition is refused, but not with '%s': %s".formatted(part, wording(problems)));
  }

  @Then("the resource {string} should be refused at {string} with {string}")
  public void the_resource_should_be_refused_at(String uri, String pointer, String part) {
    var problems = problems();
    Expect.that(
        problems.stream()
            .anyMatch(p ->
                uri.equals(p.resource())
                    && p.pointer().equals(pointer)
                    && p.line() > 0
                    && p.message().contains(part)),
        "the definition is refused, but not in %s at %s with '%s': %s"
            .formatted(uri, pointer, part, wording(problems)));
  }

  @Then("the definition should be refused at {string} with {string}, meaning {string}")
  public void the_definition_should_be_refused_meaning(String pointer, String part, String word) {
    var problems = problems();
    Expect.that(
        problems.stream()
            .anyMatch(p ->
                p.pointer().equals(pointer)
                    && p.message().contains(part)
                    && word.equals(p.suggestion())),
        "the definition is refused, but not at %s with '%s', meaning '%s': %s"
            .formatted(pointer, part, word, wording(problems)));
  }

  @Then("the definition should be refused at {string} with {string}")
  public void the_definition_should_be_refused_at(String pointer, String part) {
    var problems = problems();
    Expect.that(
        problems.stream().anyMatch(p -> p.pointer().equals(pointer) && p.message().contains(part)),
        "the definition is refused, but not at %s with '%s': %s"
            .formatted(pointer, part, wording(problems)));
  }

  private List<Problem> problems() {
    try {
      bench.deploy();
      throw new AssertionError("the definition is accepted");
    } catch (InvalidDefinitionException e) {
      return e.problems();
    }
  }

  /** With the pointers that steps are held against. */
  private static String wording(List<Problem> problems) {
    return problems.stream()
        .map(problem -> "\n%s at '%s'".formatted(problem.wording(), problem.pointer()))
        .collect(Collectors.joining());
  }
}
