package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.Errors;
import io.cucumber.java.en.Given;
import io.cucumber.java.en.When;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Steps that say what a stage does when it is asked. Several for one stage are its answers in turn;
 * the last one holds for ever.
 */
public final class StageSteps {
  private static final String TIMES = "(?: (once|twice|\\d+ times))?";
  private final Bench bench;

  StageSteps(Bench bench) {
    this.bench = bench;
  }

  /** The value may hold expressions in <code>${ }</code>: {@code .} is the request's arguments. */
  @Given("^the stage (\\S+) returns" + TIMES + ":$")
  public void the_stage_returns_text(String stage, @Nullable String times, String value) {
    script(stage, new ScriptedAnswer.Returns(template(Expect.yaml(value)), count(times)));
  }

  @Given("^the stage (\\S+) returns (.+?)" + TIMES + "$")
  public void the_stage_returns(String stage, String value, @Nullable String times) {
    script(stage, new ScriptedAnswer.Returns(template(Expect.yaml(value)), count(times)));
  }

  @Given("^the stage (\\S+) fails with error" + TIMES + ":$")
  public void the_stage_fails_with_error(String stage, @Nullable String times, String error) {
    script(stage, new ScriptedAnswer.Fails(Errors.fromJson(Expect.yaml(error)), count(times)));
  }

  @Given("^the stage (\\S+) fails with status (\\d+)" + TIMES + "$")
  public void the_stage_fails_with_status(String stage, int status, @Nullable String times) {
    var error = WorkflowError.Kind.COMMUNICATION.error(status, "the stage answers " + status);
    script(stage, new ScriptedAnswer.Fails(error, count(times)));
  }

  @Given("^the stage (\\S+) is unavailable(?: for " + Durations.FORM + ")?" + TIMES + "$")
  public void the_stage_is_unavailable(
      String stage, @Nullable String pause, @Nullable String times) {
    var retryAfter = pause == null ? Duration.ZERO : Durations.parse(pause);
    script(stage, new ScriptedAnswer.IsUnavailable(retryAfter, count(times)));
  }

  /** A timeout, or a crash on the way: it may have happened. */
  @Given("^the stage (\\S+) is uncertain" + TIMES + "$")
  public void the_stage_is_uncertain(String stage, @Nullable String times) {
    script(stage, new ScriptedAnswer.IsUncertain(count(times)));
  }

  @Given("^the stage (\\S+) does not answer" + TIMES + "$")
  public void the_stage_does_not_answer(String stage, @Nullable String times) {
    script(stage, new ScriptedAnswer.DoesNotAnswer(count(times)));
  }

  /** Answers the oldest request that the stage has let lie. */
  @When("^the stage (\\S+) answers (.+)$")
  public void the_stage_answers(String stage, String value) {
    var request =
        bench
            .stages()
            .takeUnanswered(stage)
            .orElseThrow(() -> new AssertionError("no request waits for stage " + stage));
    var asked = new ScriptedAnswer.Asked(request, Instant.EPOCH);
    var output = template(Expect.yaml(value)).evaluate(asked);
    bench.engine().answer(request, new StageAnswer.Completed(output));
  }

  private void script(String stage, ScriptedAnswer answer) {
    bench.stages().script(stage, answer);
  }

  private static Template template(JsonNode value) {
    return new TemplateCompiler(TemplateCompiler.Mode.STRICT)
        .template(
            value,
            ScriptedAnswer.VARIABLES,
            (pointer, message, _) -> {
              throw new IllegalArgumentException(
                  "what the stage returns is wrong at '" + pointer + "': " + message);
            });
  }

  private static int count(@Nullable String times) {
    return switch (times) {
      case null -> 0;
      case "once" -> 1;
      case "twice" -> 2;
      default -> Integer.parseInt(times.substring(0, times.indexOf(' ')));
    };
  }
}
