package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import org.jspecify.annotations.Nullable;

/**
 * What a {@code try} does about an error. With both {@code retry} and {@code body}: retry first,
 * then the body (rule 1 of the language's section 2.8).
 *
 * @param as name of the variable that holds the error
 * @param then where the flow goes when an error has been caught; null for where the try itself goes
 */
public record Catch(
    ErrorFilter filter,
    String as,
    @Nullable Template when,
    @Nullable Template exceptWhen,
    @Nullable RetryPlan retry,
    @Nullable Block body,
    @Nullable FlowDirective then) {

  /** Whether it does something about an error that is not tried again. */
  public boolean isHandling() {
    return retry == null || body != null || then != null;
  }
}
