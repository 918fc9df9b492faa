package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.workflow.Errors;
import dev.millrace.core.workflow.Outcome;
import io.cucumber.java.After;
import io.cucumber.java.Before;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import io.cucumber.java.en.When;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The vocabulary of the conformance kit's features. */
public final class KitSteps {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final String NAMES = "((?:'[^']*'(?:, )?)+)";

  private @Nullable PublicServices services;
  private String definition = "";
  private JsonNode input = JsonNodeFactory.instance.objectNode();
  private ConformanceEngine.@Nullable Run run;

  @Before
  public void openServices() throws IOException {
    services = PublicServices.open();
  }

  @After
  public void closeServices() {
    services().close();
  }

  @Given("a workflow with definition:")
  public void a_workflow_with_definition(String text) {
    definition = services().rewriteHosts(text);
  }

  @Given("given the workflow input is:")
  public void given_the_workflow_input_is(String text) throws JsonProcessingException {
    input = YAML.readTree(text);
  }

  @When("the workflow is executed")
  public void the_workflow_is_executed() throws InvalidDefinitionException {
    run = new TestDriverEngine().run(definition, input);
  }

  @Then("the workflow should complete")
  public void the_workflow_should_complete() {
    assertThat(run().outcome()).isInstanceOf(Outcome.Completed.class);
  }

  @Then("the workflow should complete with output:")
  public void the_workflow_should_complete_with_output(String text) throws JsonProcessingException {
    assertThat(output()).isEqualTo(YAML.readTree(text));
  }

  @Then("the workflow should fault")
  public void the_workflow_should_fault() {
    assertThat(run().outcome()).isInstanceOf(Outcome.Failed.class);
  }

  @Then("the workflow should fault with error:")
  public void the_workflow_should_fault_with_error(String text) throws JsonProcessingException {
    the_workflow_should_fault();
    var error = Errors.toJson(((Outcome.Failed) run().outcome()).error());
    YAML.readTree(text)
        .properties()
        .forEach(field -> assertThat(error.get(field.getKey())).isEqualTo(field.getValue()));
  }

  @Then("^the workflow output should have properties " + NAMES + "$")
  public void the_workflow_output_should_have_properties(String names) {
    Arrays.stream(names.split(", "))
        .map(name -> name.substring(1, name.length() - 1))
        .forEach(path -> assertThat(at(path).isMissingNode()).as(path).isFalse());
  }

  @Then("the workflow output should have a {string} property with value:")
  public void the_workflow_output_should_have_a_property(String path, String text)
      throws JsonProcessingException {
    assertThat(at(path)).isEqualTo(YAML.readTree(text));
  }

  @Then("the workflow output should have a {string} property containing {int} items")
  public void the_workflow_output_should_have_items(String path, int count) {
    assertThat(at(path)).hasSize(count);
  }

  @Then("^(\\w+) should run first$")
  public void should_run_first(String task) {
    assertThat(run().trace()).first().isEqualTo(task);
  }

  @Then("^(\\w+) should run last$")
  public void should_run_last(String task) {
    assertThat(run().trace()).last().isEqualTo(task);
  }

  @Then("^(\\w+) should run after (\\w+)$")
  public void should_run_after(String later, String earlier) {
    assertThat(run().trace()).containsSubsequence(earlier, later);
  }

  private JsonNode at(String path) {
    return output().at("/" + path.replace('.', '/'));
  }

  private JsonNode output() {
    the_workflow_should_complete();
    return ((Outcome.Completed) run().outcome()).output();
  }

  private ConformanceEngine.Run run() {
    if (run == null) {
      throw new IllegalStateException("the workflow has not been executed");
    }
    return run;
  }

  private PublicServices services() {
    if (services == null) {
      throw new IllegalStateException("the services are not open");
    }
    return services;
  }
}
