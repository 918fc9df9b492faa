package dev.millrace.scenarios;

/**
 * Counts the transactions of an engine and of those that follow it, and says after which of them it
 * is to end. Confined to the thread of its scenario.
 */
final class CommitPoints {
  private static final int NEVER = 0;
  private final int crashAfter;
  private int passed;
  private boolean crashed;

  private CommitPoints(int crashAfter) {
    this.crashAfter = crashAfter;
  }

  static CommitPoints withoutCrash() {
    return new CommitPoints(NEVER);
  }

  /**
   * @param commits counted from 1
   */
  static CommitPoints crashingAfter(int commits) {
    return new CommitPoints(commits);
  }

  void pass() {
    passed++;
  }

  int passed() {
    return passed;
  }

  boolean isDue() {
    return !crashed && crashAfter != NEVER && passed >= crashAfter;
  }

  void crashed() {
    crashed = true;
  }
}
