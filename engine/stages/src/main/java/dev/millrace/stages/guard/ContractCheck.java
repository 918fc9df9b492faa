package dev.millrace.stages.guard;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.FunctionContract;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whether a function's arguments are what its contract says, asked before it sees them. */
public final class ContractCheck {

  /** Most characters an answer says of arguments that break a function's contract. */
  static final int VIOLATIONS_LENGTH_MAX = 1_000;

  private ContractCheck() {}

  /**
   * @param contract null for a function that has none
   * @param request with its arguments as the function sees them; where secrets are still to be
   *     filled in they are not yet what the contract speaks of, and nothing is asked
   * @return null for arguments that are right
   */
  public static @Nullable Refused refusal(
      @Nullable FunctionContract contract, StageRequest request) {
    if (contract == null || !request.secretPointers().isEmpty()) {
      return null;
    }
    var violations = contract.violations(request.arguments());
    return violations.isEmpty()
        ? null
        : new Refused(Kind.VALIDATION.error(wrong(request.function(), violations)));
  }

  private static String wrong(String function, List<?> violations) {
    var text = "arguments of '" + function + "': " + violations;
    return text.length() <= VIOLATIONS_LENGTH_MAX
        ? text
        : text.substring(0, VIOLATIONS_LENGTH_MAX) + "…";
  }
}
