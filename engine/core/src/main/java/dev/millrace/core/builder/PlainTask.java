package dev.millrace.core.builder;

/** A task that needs no words beyond those every task has. */
public final class PlainTask extends Task<PlainTask> {
  PlainTask(String name) {
    super(name);
  }

  @Override
  PlainTask self() {
    return this;
  }
}
