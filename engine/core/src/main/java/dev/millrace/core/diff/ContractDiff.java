package dev.millrace.core.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.millrace.core.diff.Change.Impact;
import dev.millrace.core.diff.Change.Kind;
import java.util.List;
import java.util.stream.Stream;

/** The schemas of a workflow's input and output: what callers give and get. */
final class ContractDiff {
  private ContractDiff() {}

  static List<Change> of(JsonNode old, JsonNode now) {
    return Stream.concat(
            compare("/input/schema", schema(old, "input"), schema(now, "input"), true).stream(),
            compare("/output/schema", schema(old, "output"), schema(now, "output"), false).stream())
        .toList();
  }

  private static JsonNode schema(JsonNode definition, String end) {
    return definition.at("/" + end + "/schema/document");
  }

  /**
   * An input is compatible if everything the old schema took is taken still; an output if
   * everything the new schema allows was allowed before.
   */
  private static List<Change> compare(String place, JsonNode old, JsonNode now, boolean isInput) {
    if (old.equals(now)) {
      return List.of();
    }
    var narrow = isInput ? now : old;
    var wide = isInput ? old : now;
    if (old.isMissingNode() || now.isMissingNode()) {
      var breaks = wide.isMissingNode();
      return List.of(
          new Change(
              old instanceof MissingNode ? Kind.ADDED : Kind.REMOVED,
              breaks ? Impact.MAJOR : Impact.MINOR,
              place,
              breaks ? broken(isInput, "anything was allowed") : "what was valid is valid still"));
    }
    var reasons =
        isInput ? Narrowing.reasonsForKnownNames(wide, narrow) : Narrowing.reasons(wide, narrow);
    return List.of(
        reasons.isEmpty()
            ? new Change(Kind.CHANGED, impactOfWidening(old, now), place, "compatible")
            : new Change(
                Kind.CHANGED, Impact.MAJOR, place, broken(isInput, String.join("; ", reasons))));
  }

  private static Impact impactOfWidening(JsonNode old, JsonNode now) {
    return Narrowing.reasons(old, now).isEmpty() && Narrowing.reasons(now, old).isEmpty()
        ? Impact.PATCH
        : Impact.MINOR;
  }

  private static String broken(boolean isInput, String reason) {
    return (isInput
            ? "an input that was taken may be refused: "
            : "callers may get what they did not: ")
        + reason;
  }
}
