package dev.millrace.stages;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;

/** Makes a stage function of a plain one: JSON to a record before it, a record to JSON after it. */
public final class StageFunctions {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  private StageFunctions() {}

  /** Work on arguments it can trust; an {@link IllegalArgumentException} says that it cannot. */
  @FunctionalInterface
  public interface Work<A, R> {
    R apply(A arguments) throws Exception;
  }

  /** The result is the output. Arguments that are not of the type, or not accepted, are refused. */
  public static <A, R> StageFunction of(Class<A> arguments, Work<A, R> work) {
    return answering(arguments, a -> new StageAnswer.Completed(MAPPER.valueToTree(work.apply(a))));
  }

  /** As {@link #of}, for work that has more to say than its output. */
  public static <A> StageFunction answering(Class<A> arguments, Work<A, StageAnswer> work) {
    return request -> {
      try {
        return work.apply(MAPPER.convertValue(request.arguments(), arguments));
      } catch (IllegalArgumentException e) {
        return new StageAnswer.Refused(
            Kind.VALIDATION.error(request.function() + ": " + e.getMessage()));
      }
    };
  }
}
