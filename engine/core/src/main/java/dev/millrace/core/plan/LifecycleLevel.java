package dev.millrace.core.plan;

import java.util.Locale;

/**
 * Of what an instance tells the outside that its state has changed. Each includes the one before.
 */
public enum LifecycleLevel {
  /** Of nothing. */
  NONE,
  /** Of the instance itself. */
  WORKFLOW,
  /** Of every task too. */
  TASKS;

  /** The word of definitions and command lines. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /** Whether events of {@code other} are among those of this level. */
  public boolean includes(LifecycleLevel other) {
    return compareTo(other) >= 0;
  }

  /** The level that includes both. */
  public LifecycleLevel or(LifecycleLevel other) {
    return includes(other) ? this : other;
  }
}
