package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.plan.LifecycleLevel;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What the outside is told of a change of state.
 *
 * @param event a CloudEvent
 */
public record LifecycleEvent(Type type, JsonNode event) {

  /** The same without what may be large, for those that would not fit into a record. */
  public LifecycleEvent bare() {
    ObjectNode bare = event.deepCopy();
    var data = (ObjectNode) bare.path("data");
    data.remove(List.of("output", "correlationKeys", "reason"));
    if (data.path("error") instanceof ObjectNode error) {
      error.remove("detail");
    }
    return new LifecycleEvent(type, bare);
  }

  /** The types of the specification, which kept their prefix when it was renamed. */
  public enum Type {
    WORKFLOW_STARTED("workflow.started"),
    WORKFLOW_SUSPENDED("workflow.suspended"),
    WORKFLOW_RESUMED("workflow.resumed"),
    WORKFLOW_CORRELATION_STARTED("workflow.correlation-started"),
    WORKFLOW_CORRELATION_COMPLETED("workflow.correlation-completed"),
    WORKFLOW_CANCELLED("workflow.cancelled"),
    WORKFLOW_FAULTED("workflow.faulted"),
    WORKFLOW_COMPLETED("workflow.completed"),
    TASK_CREATED("task.created"),
    TASK_STARTED("task.started"),
    TASK_SUSPENDED("task.suspended"),
    TASK_RESUMED("task.resumed"),
    TASK_RETRIED("task.retried"),
    TASK_CANCELLED("task.cancelled"),
    TASK_FAULTED("task.faulted"),
    TASK_COMPLETED("task.completed");

    private static final String PREFIX = "io.serverlessworkflow.";
    private static final Map<String, Type> BY_WORD =
        Arrays.stream(values()).collect(Collectors.toMap(Type::word, Function.identity()));
    private final String word;

    Type(String what) {
      this.word = PREFIX + what + ".v1";
    }

    /** As it stands in an event. */
    public String word() {
      return word;
    }

    /**
     * @return null when no lifecycle event has this type
     */
    public static @Nullable Type of(String word) {
      return BY_WORD.get(word);
    }

    /** The least level that includes it. */
    public LifecycleLevel level() {
      return switch (this) {
        case WORKFLOW_STARTED,
            WORKFLOW_SUSPENDED,
            WORKFLOW_RESUMED,
            WORKFLOW_CORRELATION_STARTED,
            WORKFLOW_CORRELATION_COMPLETED,
            WORKFLOW_CANCELLED,
            WORKFLOW_FAULTED,
            WORKFLOW_COMPLETED ->
            LifecycleLevel.WORKFLOW;
        case TASK_CREATED,
            TASK_STARTED,
            TASK_SUSPENDED,
            TASK_RESUMED,
            TASK_RETRIED,
            TASK_CANCELLED,
            TASK_FAULTED,
            TASK_COMPLETED ->
            LifecycleLevel.TASKS;
      };
    }

    /** Whether an instance has ended with it. */
    public boolean isEnd() {
      return this == WORKFLOW_CANCELLED || this == WORKFLOW_FAULTED || this == WORKFLOW_COMPLETED;
    }
  }
}
