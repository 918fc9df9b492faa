package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.workflow.WorkflowCommand.Start;

/** Tells a repeated start from another one with the same instance id. */
final class Requests {
  private Requests() {}

  static String hash(Start start) {
    var request = JsonNodeFactory.instance.objectNode();
    request.put("workflow", start.workflow().toString());
    request.set("input", start.input());
    return CanonicalJson.hash(request);
  }
}
