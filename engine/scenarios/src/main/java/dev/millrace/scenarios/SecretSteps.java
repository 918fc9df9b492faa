package dev.millrace.scenarios;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.Then;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** Steps about what the workers know and nobody else does. */
public final class SecretSteps {
  private final Bench bench;

  SecretSteps(Bench bench) {
    this.bench = bench;
  }

  @Given("^the secret (\\S+) is \"([^\"]+)\"$")
  public void the_secret_is(String name, String value) {
    bench.stages().secrets().put(name, value);
  }

  /** An object, such as {@code {username: …, password: …}}. */
  @Given("^the secret (\\S+) is:$")
  public void the_secret_is_an_object(String name, String value) {
    bench.stages().secrets().put(name, Expect.yaml(value).toString());
  }

  @Given("^the worker has no secret (\\S+)$")
  public void the_worker_has_no_secret(String name) {
    bench.stages().secrets().lack(name);
  }

  @Given("^only '([^']*)' may use the secret (\\S+)$")
  public void only_one_may_use_the_secret(String workflow, String name) {
    bench.stages().secrets().allow(workflow, name);
  }

  /** Not in any record of the engine, as it is, in Base64 or as part of a URI. */
  @Then("^the secret (\\S+) should appear nowhere$")
  public void the_secret_should_appear_nowhere(String name) {
    var value = bench.stages().secrets().value(name);
    Expect.that(value != null, "no step says what the secret " + name + " is");
    var everything = bench.engine().everything();
    Expect.that(
        everything.contains(bench.engine().instance().value()), "there is nothing to look into");
    for (var text : texts(Expect.yaml(String.valueOf(value)))) {
      for (var form : forms(text)) {
        Expect.that(!everything.contains(form), "the secret " + name + " was written down");
      }
    }
  }

  /** The user's name is no secret. */
  private static List<String> texts(JsonNode value) {
    var texts = new ArrayList<String>();
    if (value.isContainerNode()) {
      value
          .properties()
          .forEach(member -> {
            if (!member.getKey().equals("username")) {
              texts.addAll(texts(member.getValue()));
            }
          });
    } else {
      texts.add(value.asText());
    }
    return texts;
  }

  private static List<String> forms(String text) {
    return List.of(
        text,
        Base64.getEncoder().encodeToString(text.getBytes(UTF_8)),
        URLEncoder.encode(text, UTF_8));
  }
}
