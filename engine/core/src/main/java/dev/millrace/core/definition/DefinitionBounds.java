package dev.millrace.core.definition;

/** How large a definition may be. */
public final class DefinitionBounds {
  /** Characters of a document. */
  public static final int LENGTH_MAX = 1024 * 1024;

  /** Levels of objects and lists. */
  public static final int DEPTH_MAX = 64;

  /** Values in a document, those that aliases repeat counted each time. */
  public static final int VALUES_MAX = 100_000;

  /** Tasks of a plan, those of functions and extensions counted wherever they are compiled into. */
  public static final int TASKS_MAX = 5_000;

  /** Documents that a definition refers to outside itself, those that they refer to included. */
  public static final int RESOURCES_MAX = 64;

  /** Characters of all of them; with the definition they have to fit into one record. */
  public static final int RESOURCES_LENGTH_MAX = 512 * 1024;

  /** Problems reported; a document with more is not what it was taken for. */
  public static final int PROBLEMS_MAX = 100;

  private DefinitionBounds() {}
}
