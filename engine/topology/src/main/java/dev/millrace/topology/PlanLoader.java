package dev.millrace.topology;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.Plan;
import dev.millrace.wire.DeployedDefinition;

/** Makes the plan of a deployed definition. Called once for each version, on a stream thread. */
@FunctionalInterface
public interface PlanLoader {

  /**
   * @throws InvalidDefinitionException if this engine cannot run the definition, for instance
   *     because it calls a function no stage of this engine brings
   */
  Plan load(DeployedDefinition definition) throws InvalidDefinitionException;
}
