package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/** A JSON Schema that a value has to satisfy. */
public interface ValueSchema {

  /** What is wrong with the value, each with its place; empty when it is valid. */
  List<String> violations(JsonNode value);
}
