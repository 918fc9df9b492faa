package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import org.jspecify.annotations.Nullable;

/**
 * What happens to data on its way in or out of a task.
 *
 * @param template {@code from} or {@code as}; null passes the value on
 */
public record Transform(@Nullable ValueSchema schema, @Nullable Template template) {
  public static final Transform NONE = new Transform(null, null);
}
