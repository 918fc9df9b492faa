package dev.millrace.core.builder;

import java.util.Map;

/** Work for a stage. */
public final class CallTask extends Task<CallTask> {
  CallTask(String name, String function) {
    super(name);
    set("call", function);
  }

  @Override
  CallTask self() {
    return this;
  }

  /** One argument. */
  public CallTask with(String argument, Object value) {
    return setIn("with", argument, value);
  }

  public CallTask with(Map<String, ?> arguments) {
    arguments.forEach(this::with);
    return this;
  }

  public CallTask stage(String stage) {
    return profile("stage", stage);
  }

  /** Text, or better an {@link Expression}, that names the effect; the same twice is one effect. */
  public CallTask idempotencyKey(Object key) {
    return profile("idempotencyKey", key);
  }

  public CallTask policy(String name) {
    return profile("policy", name);
  }

  /** What undoes this task; its arguments are evaluated when the task completes. */
  public CallTask compensation(String function, Map<String, ?> with) {
    return profile("compensation", Map.of("call", function, "with", with));
  }
}
