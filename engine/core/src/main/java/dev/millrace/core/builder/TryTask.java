package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.List;

/** Tasks whose errors are handled. Catches every error unless told which. */
public final class TryTask extends Task<TryTask> {
  TryTask(String name, List<Task<?>> body) {
    super(name);
    setList("try", body);
    set("catch", JsonNodeFactory.instance.objectNode());
  }

  @Override
  TryTask self() {
    return this;
  }

  /** Only errors of this type. */
  public TryTask catching(String type) {
    definition().withObject("/catch/errors/with").put("type", type);
    return this;
  }

  /** Only errors of this status. */
  public TryTask catching(int status) {
    definition().withObject("/catch/errors/with").put("status", status);
    return this;
  }

  /** Only errors for which the expression holds. */
  public TryTask catchWhen(String jq) {
    return setIn("catch", "when", Expression.jq(jq));
  }

  public TryTask exceptWhen(String jq) {
    return setIn("catch", "exceptWhen", Expression.jq(jq));
  }

  /** Name of the variable that holds the error; {@code error} unless given. */
  public TryTask as(String variable) {
    return setIn("catch", "as", variable);
  }

  public TryTask retry(Retry policy) {
    return setIn("catch", "retry", policy.definition());
  }

  /** The name of a policy in {@code use.retries}. */
  public TryTask retry(String policy) {
    return setIn("catch", "retry", policy);
  }

  public TryTask handle(Task<?>... tasks) {
    return setIn("catch", "do", list(List.of(tasks)));
  }

  /** Goes to a task of the same list when an error has been caught: {@code catch.then}. */
  public TryTask thenOnError(String task) {
    return setIn("catch", "then", task);
  }
}
