package dev.millrace.stages.worker;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.FunctionContract;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.ContractCheck;
import dev.millrace.wire.blob.ClaimCheck;
import dev.millrace.wire.blob.MissingBlobException;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function between the blob store's door and the log's: it sees its arguments whole, and what is
 * large of its output goes into the store. It runs inside the stage's bounds, so the store's time
 * is bounded as the function's is.
 */
final class ClaimedFunction implements StageFunction {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimedFunction.class);

  private final StageFunction function;
  private final @Nullable FunctionContract contract;
  private final ClaimCheck claimCheck;

  private ClaimedFunction(
      StageFunction function, @Nullable FunctionContract contract, ClaimCheck claimCheck) {
    this.function = function;
    this.contract = contract;
    this.claimCheck = claimCheck;
  }

  /**
   * The same stage with every function between those doors; as it is where there is no store.
   * Contracts are kept inside, for they speak of the arguments as they are without references.
   */
  static StageSpec all(StageSpec spec, @Nullable ClaimCheck claimCheck) {
    if (claimCheck == null) {
      return spec;
    }
    var claimed = new HashMap<String, StageFunction>();
    spec.functions()
        .forEach((name, function) ->
            claimed.put(
                name, new ClaimedFunction(function, spec.contracts().get(name), claimCheck)));
    return new StageSpec(spec.name(), spec.policy(), claimed).without(spec.unavailable());
  }

  @Override
  public String dependency(StageRequest request) {
    return function.dependency(request);
  }

  @Override
  public StageAnswer execute(StageRequest request) throws Exception {
    JsonNode arguments;
    try {
      arguments = claimCheck.resolve(request.arguments());
    } catch (MissingBlobException | IllegalArgumentException e) {
      return new Refused(Kind.RUNTIME.error("the arguments cannot be read: " + e.getMessage()));
    } catch (IOException e) {
      LOG.warn("arguments of {}, {}", request.instanceId(), request.position(), e);
      return new Unavailable(
          Kind.COMMUNICATION.error(503, "the blob store gave no arguments"), Duration.ZERO);
    }
    var whole = request.withArguments(arguments);
    var refused = ContractCheck.refusal(contract, whole);
    if (refused != null) {
      return refused;
    }
    var answer = function.execute(whole);
    return answer instanceof Completed(var output) ? stowed(request, output) : answer;
  }

  /**
   * It is done, but an answer that cannot be kept is none: with the same key it may be repeated.
   */
  private StageAnswer stowed(StageRequest request, JsonNode output) {
    try {
      claimCheck.requireGenuine(output);
      return new Completed(claimCheck.stow(output));
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.RUNTIME.error("the output cannot be kept: " + e.getMessage()));
    } catch (IOException e) {
      LOG.warn("output of {}, {}", request.instanceId(), request.position(), e);
      return new Unknown(Kind.COMMUNICATION.error(500, "the blob store did not keep the output"));
    }
  }
}
