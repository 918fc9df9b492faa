package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.expression.Template;
import org.jspecify.annotations.Nullable;

/**
 * What every task has, whatever its kind.
 *
 * @param pointer JSON pointer of the task in its definition
 * @param definition the task as written, for {@code $task.definition}
 * @param condition {@code if}; null when the task always runs
 * @param timeout null when the definition sets none
 * @param profile what {@code metadata.millrace} says of every kind of task
 */
public record TaskCommon(
    String name,
    String pointer,
    JsonNode definition,
    @Nullable Template condition,
    Transform input,
    Transform output,
    Transform export,
    @Nullable DurationPlan timeout,
    FlowDirective then,
    TaskProfile profile) {}
