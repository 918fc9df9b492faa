package dev.millrace.core.plan;

import dev.millrace.core.WorkflowError;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Static conditions on an error; a null field accepts every value. */
public record ErrorFilter(
    @Nullable String type,
    @Nullable Integer status,
    @Nullable String title,
    @Nullable String detail,
    @Nullable String instance) {
  public static final ErrorFilter ANY = new ErrorFilter(null, null, null, null, null);

  public boolean accepts(WorkflowError error) {
    return (type == null || ErrorTypes.same(type, error.type()))
        && (status == null || status == error.status())
        && (title == null || title.equals(error.title()))
        && (detail == null || Objects.equals(detail, error.detail()))
        && (instance == null || Objects.equals(instance, error.instance()));
  }
}
