package dev.millrace.wire;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.schema.v1.OutcomeCompensated;
import dev.millrace.schema.v1.OutcomeCompensationFailed;
import dev.millrace.schema.v1.OutcomeCompleted;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** What several records have in common. */
final class CommonMapping {
  private static final Instant EARLIEST = Instant.ofEpochMilli(Long.MIN_VALUE);
  private static final Instant LATEST = Instant.ofEpochMilli(Long.MAX_VALUE);
  private static final Duration LONGEST = Duration.ofMillis(Long.MAX_VALUE);

  private CommonMapping() {}

  static dev.millrace.schema.v1.TaskPosition toAvro(TaskPosition position) {
    return new dev.millrace.schema.v1.TaskPosition(
        position.pointer(), position.iteration(), position.branch());
  }

  static TaskPosition toCore(dev.millrace.schema.v1.TaskPosition position) {
    return new TaskPosition(position.getPointer(), position.getIteration(), position.getBranch());
  }

  static dev.millrace.schema.v1.WorkflowError toAvro(WorkflowError error) {
    return new dev.millrace.schema.v1.WorkflowError(
        error.type(), error.status(), error.title(), error.detail(), error.instance());
  }

  static WorkflowError toCore(dev.millrace.schema.v1.WorkflowError error) {
    return new WorkflowError(
        error.getType(),
        error.getStatus(),
        error.getTitle(),
        error.getDetail(),
        error.getInstance());
  }

  static dev.millrace.schema.v1.@Nullable WorkflowError errorNullable(
      @Nullable WorkflowError error) {
    return error == null ? null : toAvro(error);
  }

  static @Nullable WorkflowError toErrorNullable(
      dev.millrace.schema.v1.@Nullable WorkflowError error) {
    return error == null ? null : toCore(error);
  }

  static dev.millrace.schema.v1.DefinitionId toAvro(DefinitionId id) {
    return new dev.millrace.schema.v1.DefinitionId(id.namespace(), id.name(), id.version());
  }

  static DefinitionId toCore(dev.millrace.schema.v1.DefinitionId id) {
    return new DefinitionId(id.getNamespace(), id.getName(), id.getVersion());
  }

  static Object toAvro(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed it -> new OutcomeCompleted(JsonBytes.encode(it.output()));
      case Outcome.Aborted it -> UndoMapping.toAvro(it);
      case Outcome.Compensated it ->
          new OutcomeCompensated(UndoMapping.toAvro(it.cause()), UndoMapping.settled(it.undone()));
      case Outcome.CompensationFailed it ->
          new OutcomeCompensationFailed(
              UndoMapping.toAvro(it.cause()),
              UndoMapping.settled(it.settled()),
              it.left().stream().map(CommonMapping::toAvro).toList(),
              toAvro(it.error()),
              it.isFinal());
    };
  }

  static Outcome toOutcome(Object outcome) {
    return switch (outcome) {
      case OutcomeCompleted it -> new Outcome.Completed(JsonBytes.decode(it.getOutput()));
      case OutcomeCompensated it ->
          new Outcome.Compensated(
              UndoMapping.toAborted(it.getCause()), UndoMapping.toSettled(it.getUndone()));
      case OutcomeCompensationFailed it ->
          new Outcome.CompensationFailed(
              UndoMapping.toAborted(it.getCause()),
              UndoMapping.toSettled(it.getSettled()),
              it.getLeft().stream().map(CommonMapping::toCore).toList(),
              toCore(it.getError()),
              it.getIsFinal());
      default -> UndoMapping.toAborted(outcome);
    };
  }

  /** Records keep whole milliseconds, as Kafka's timestamps do; a far future stays in range. */
  static Instant time(Instant at) {
    var bounded = at.isAfter(LATEST) ? LATEST : at.isBefore(EARLIEST) ? EARLIEST : at;
    return bounded.truncatedTo(ChronoUnit.MILLIS);
  }

  static @Nullable Instant timeNullable(@Nullable Instant at) {
    return at == null ? null : time(at);
  }

  static long millis(Duration duration) {
    return duration.compareTo(LONGEST) > 0 ? Long.MAX_VALUE : duration.toMillis();
  }

  /**
   * A union is an {@code Object} in generated code, so only this answers for its other branches.
   */
  static IllegalArgumentException unexpected(Object branch) {
    return new IllegalArgumentException("unexpected " + branch.getClass().getSimpleName());
  }
}
