package dev.millrace.wire;

import com.fasterxml.jackson.annotation.JsonAutoDetect;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import com.fasterxml.jackson.databind.util.StdConverter;
import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.coordination.Row;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.Afterwards;
import dev.millrace.core.workflow.Branch;
import dev.millrace.core.workflow.Cursor;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.Origin;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo;
import dev.millrace.core.workflow.UndoLog;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A decoded record as JSON a person can read, to be kept beside its bytes. */
final class RecordedValue {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(
              new SimpleModule()
                  .addSerializer(Instant.class, ToStringSerializer.instance)
                  .addSerializer(Duration.class, ToStringSerializer.instance))
          .addMixIn(WorkflowEvent.class, Named.class)
          .addMixIn(WorkflowState.class, Named.class)
          .addMixIn(WorkflowCommand.class, Named.class)
          .addMixIn(StageAnswer.class, Named.class)
          .addMixIn(Outcome.class, Named.class)
          .addMixIn(Frame.class, Named.class)
          .addMixIn(Frame.Phase.class, Named.class)
          .addMixIn(Submission.class, Named.class)
          .addMixIn(CoordinationCommand.class, Named.class)
          .addMixIn(Row.class, Named.class)
          .addMixIn(Origin.class, Named.class)
          .addMixIn(Undo.Action.class, Named.class)
          .addMixIn(Frame.Lane.class, Named.class)
          .addMixIn(Frame.Step.class, Named.class)
          .addMixIn(Afterwards.class, Named.class)
          .addMixIn(WorkflowState.Running.class, Flat.class)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .build();

  private RecordedValue() {}

  static String of(Object value) {
    try {
      return MAPPER.writeValueAsString(value) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(String.valueOf(value), e);
    }
  }

  static JsonNode parse(String text) {
    try {
      return MAPPER.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /**
   * Whether all that was recorded is still said. A record may have gained components since, and
   * then says more.
   */
  static boolean stillSays(JsonNode decoded, JsonNode recorded) {
    if (recorded.isObject() && decoded.isObject()) {
      return recorded.properties().stream()
          .allMatch(it -> stillSays(component(decoded, it.getKey()), it.getValue()));
    }
    if (recorded.isArray() && decoded.isArray() && recorded.size() == decoded.size()) {
      for (int i = 0; i < recorded.size(); i++) {
        if (!stillSays(decoded.get(i), recorded.get(i))) {
          return false;
        }
      }
      return true;
    }
    return recorded.equals(decoded);
  }

  /** A component by the name it was recorded under; missing when nothing says it any longer. */
  private static JsonNode component(JsonNode decoded, String name) {
    if (!name.equals("abortedBy") || decoded.has(name)) {
      return decoded.path(name);
    }
    var error = decoded.path("afterwards").path("error");
    return error.isMissingNode() ? NullNode.getInstance() : error;
  }

  /** What makes the branch of a sealed type visible. */
  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "@is")
  @JsonAutoDetect(
      getterVisibility = JsonAutoDetect.Visibility.NONE,
      isGetterVisibility = JsonAutoDetect.Visibility.NONE,
      fieldVisibility = JsonAutoDetect.Visibility.ANY)
  private interface Named {}

  /** A running instance as it was recorded when it had one branch and no part for what stays. */
  @JsonSerialize(converter = Flattening.class)
  private interface Flat {}

  private static final class Flattening extends StdConverter<WorkflowState.Running, Running> {
    @Override
    public Running convert(WorkflowState.Running it) {
      var root = it.branches().getFirst();
      return new Running(
          it.run(),
          it.context(),
          it.deadline(),
          root.cursor(),
          root.frames(),
          it.branches().stream().skip(1).toList(),
          it.branchesBegun(),
          it.undo(),
          it.signals(),
          it.children(),
          it.permit(),
          it.suspendedAt(),
          it.signalIds());
    }
  }

  private record Running(
      @JsonUnwrapped WorkflowState.Run run,
      JsonNode context,
      @Nullable Instant deadline,
      Cursor cursor,
      List<Frame> frames,
      List<Branch> branches,
      int branchesBegun,
      UndoLog undo,
      List<WorkflowState.BufferedSignal> signals,
      List<WorkflowState.ChildRun> children,
      WorkflowState.@Nullable Permit permit,
      @Nullable Instant suspendedAt,
      List<String> signalIds) {}
}
