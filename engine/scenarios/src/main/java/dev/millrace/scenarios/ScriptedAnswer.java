package dev.millrace.scenarios;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.Template;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What a script says a stage does when it is asked. */
sealed interface ScriptedAnswer {
  /** Variables of an answer's expressions; {@code .} is the arguments. */
  Set<String> VARIABLES = Set.of("attempt", "key");

  /**
   * How often before the script goes on; 0 when nothing was said: once, or for ever if it is last.
   */
  int times();

  /**
   * @return empty for a stage that does not answer
   */
  Optional<StageAnswer> answer(StageRequest request, Instant now);

  record Returns(Template output, int times) implements ScriptedAnswer {
    @Override
    public Optional<StageAnswer> answer(StageRequest request, Instant now) {
      var value = output.evaluate(new Asked(request, now));
      return Optional.of(new StageAnswer.Completed(value));
    }
  }

  record Fails(WorkflowError error, int times) implements ScriptedAnswer {
    @Override
    public Optional<StageAnswer> answer(StageRequest request, Instant now) {
      return Optional.of(new StageAnswer.Refused(error));
    }
  }

  record IsUnavailable(Duration retryAfter, int times) implements ScriptedAnswer {
    private static final int STATUS = 503;

    @Override
    public Optional<StageAnswer> answer(StageRequest request, Instant now) {
      var error = WorkflowError.Kind.COMMUNICATION.error(STATUS, "the stage is unavailable");
      return Optional.of(new StageAnswer.Unavailable(error, retryAfter));
    }
  }

  /** The work may have been done: a timeout, or a crash on the way. */
  record IsUncertain(int times) implements ScriptedAnswer {
    @Override
    public Optional<StageAnswer> answer(StageRequest request, Instant now) {
      var error = WorkflowError.Kind.TIMEOUT.error("the stage may have done it");
      return Optional.of(new StageAnswer.Unknown(error));
    }
  }

  record DoesNotAnswer(int times) implements ScriptedAnswer {
    @Override
    public Optional<StageAnswer> answer(StageRequest request, Instant now) {
      return Optional.empty();
    }
  }

  /** What an answer's expressions see. */
  record Asked(StageRequest request, Instant now) implements Scope {
    @Override
    public JsonNode current() {
      return request.arguments();
    }

    @Override
    public @Nullable JsonNode variable(String name) {
      return switch (name) {
        case "attempt" -> IntNode.valueOf(request.attempt());
        case "key" -> TextNode.valueOf(request.idempotencyKey());
        default -> null;
      };
    }
  }
}
