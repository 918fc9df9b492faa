package dev.millrace.core.builder;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.stage.StageAnswer;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * A typed lambda, where jq would hurt. It runs in a stage and is called by its name, so that the
 * definition stays data: it can be deployed as text, versioned and replayed without this class.
 *
 * <p>What it answers is journaled; a replay does not call it. It may be called again after a crash,
 * as every stage function, and should compute rather than act.
 *
 * @param name by which definitions call it, e.g. {@code shop.total}; stays what it means
 * @param input what the call's {@code with} is read as
 * @param output what is written as the task's output
 */
public record JavaFunction<I, O>(
    String name, Class<I> input, Class<O> output, Function<I, O> body) {
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9._-]{0,63}");
  private static final ObjectMapper JSON =
      JsonMapper.builder().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES).build();

  /**
   * @throws IllegalArgumentException if the name is not one
   */
  public JavaFunction {
    if (!NAME.matcher(name).matches()) {
      throw new IllegalArgumentException("a function is named like shop.total, got '" + name + "'");
    }
  }

  public static <I, O> JavaFunction<I, O> of(
      String name, Class<I> input, Class<O> output, Function<I, O> body) {
    return new JavaFunction<>(name, input, output, body);
  }

  /** As a definition calls it. */
  public String qualifiedName() {
    return name + ":1.0.0@default";
  }

  /**
   * Calls the function with a request's arguments. Arguments of another form are refused with
   * {@code validation}, and what the function throws with {@code runtime}: it would throw again.
   */
  public StageAnswer answer(JsonNode arguments) {
    try {
      var result = body.apply(JSON.treeToValue(arguments, input));
      return new StageAnswer.Completed(JSON.valueToTree(result));
    } catch (JsonProcessingException e) {
      return refused(
          WorkflowError.Kind.VALIDATION, "takes other arguments: " + e.getOriginalMessage());
    } catch (RuntimeException e) {
      return refused(WorkflowError.Kind.RUNTIME, "failed: " + e);
    }
  }

  private StageAnswer refused(WorkflowError.Kind kind, String reason) {
    return new StageAnswer.Refused(kind.error("function " + name + " " + reason));
  }
}
