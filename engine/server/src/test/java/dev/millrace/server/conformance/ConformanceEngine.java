package dev.millrace.server.conformance;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.workflow.Outcome;
import java.util.List;

/** All the conformance kit asks of an engine: run this, and say how it went. */
interface ConformanceEngine {

  /**
   * @throws InvalidDefinitionException if the definition is refused at deploy time
   */
  Run run(String definition, JsonNode input) throws InvalidDefinitionException;

  /**
   * @param trace names of the tasks that began, in order
   */
  record Run(Outcome outcome, List<String> trace) {}
}
