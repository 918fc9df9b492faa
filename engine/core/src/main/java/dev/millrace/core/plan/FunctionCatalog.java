package dev.millrace.core.plan;

import dev.millrace.core.StageName;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The functions of the reserved {@code default} catalog, the stage that runs each, and what it
 * takes and gives. A call to a function that is not here is refused when the definition is
 * deployed, not when it runs.
 *
 * @param contracts of those functions that have one; constant arguments are held against it
 * @param unavailable functions the language has and this engine cannot run, each with the reason
 *     and what to do about it
 */
public record FunctionCatalog(
    Map<String, StageName> stages,
    Map<String, FunctionContract> contracts,
    Map<String, String> unavailable) {
  public FunctionCatalog {
    stages = Map.copyOf(stages);
    contracts = Map.copyOf(contracts);
    unavailable = Map.copyOf(unavailable);
  }

  /** Functions that say nothing of their arguments. */
  public FunctionCatalog(Map<String, StageName> stages) {
    this(stages, Map.of(), Map.of());
  }

  public Optional<StageName> stageOf(String function) {
    return Optional.ofNullable(stages.get(function));
  }

  public Optional<FunctionContract> contractOf(String function) {
    return Optional.ofNullable(contracts.get(function));
  }

  /** Why this engine cannot run a function; empty if it can, or has never heard of it. */
  public Optional<String> whyUnavailable(String function) {
    return Optional.ofNullable(unavailable.get(function));
  }

  public Set<String> functions() {
    return stages.keySet();
  }
}
