package dev.millrace.wire;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionRef;

/**
 * What a record on {@code <namespace>.submissions} asks for; the record's key is the instance id.
 *
 * <p>In JSON: {@code {"workflow": "namespace/name[:version]", "input": …}} or {@code {"cancel":
 * "why"}}.
 */
public sealed interface Submission {

  record Start(DefinitionRef workflow, JsonNode input) implements Submission {}

  record Cancel(String reason) implements Submission {}
}
