package dev.millrace.core.diff;

/**
 * One difference between two versions.
 *
 * @param place the task by the names that lead to it, or the JSON pointer of another part
 * @param detail what it was and is, for a person
 */
public record Change(Kind kind, Impact impact, String place, String detail) {

  public enum Kind {
    ADDED,
    REMOVED,
    MOVED,
    RENAMED,
    CHANGED
  }

  /** Which part of a semantic version the change is worth, the least first. */
  public enum Impact {
    /** How the work is done: timeouts, retries, policies, descriptions. */
    PATCH,
    /** What is done, within what callers know. */
    MINOR,
    /** What callers give or get: some that were served are not any more, or may not be. */
    MAJOR
  }
}
