package dev.millrace.stages;

import dev.millrace.core.StageName;
import dev.millrace.core.plan.FunctionContract;
import java.util.Map;

/**
 * A kind of work: its queue's name, its bounds, and the functions it runs.
 *
 * @param functions by the name a definition calls them, e.g. {@code rag.retrieve}
 * @param contracts what those functions take and give, for those that say; the arguments of every
 *     request are checked before the function sees them
 * @param unavailable functions that cannot run with this configuration, each with the reason and
 *     what to do about it; definitions that need one are refused when they are deployed
 */
public record StageSpec(
    StageName name,
    StagePolicy policy,
    Map<String, StageFunction> functions,
    Map<String, FunctionContract> contracts,
    Map<String, String> unavailable) {

  /**
   * @throws IllegalArgumentException if there is a contract of a function that is not here
   */
  public StageSpec {
    functions = Map.copyOf(functions);
    contracts = Map.copyOf(contracts);
    unavailable = Map.copyOf(unavailable);
    for (var function : contracts.keySet()) {
      if (!functions.containsKey(function)) {
        throw new IllegalArgumentException("stage '%s' has no '%s'".formatted(name, function));
      }
    }
  }

  /** A stage whose functions say nothing of their arguments. */
  public StageSpec(StageName name, StagePolicy policy, Map<String, StageFunction> functions) {
    this(name, policy, functions, Map.of(), Map.of());
  }

  /** A stage with one function of its own name and the default bounds. */
  public static StageSpec of(String name, StageFunction function) {
    return new StageSpec(new StageName(name), StagePolicy.DEFAULT, Map.of(name, function));
  }

  /** The same, with what its functions take and give. */
  public StageSpec withContracts(Map<String, FunctionContract> contracts) {
    return new StageSpec(name, policy, functions, contracts, unavailable);
  }

  /** The same, without functions this configuration cannot run, each with the reason. */
  public StageSpec without(Map<String, String> unavailable) {
    return new StageSpec(name, policy, functions, contracts, unavailable);
  }
}
