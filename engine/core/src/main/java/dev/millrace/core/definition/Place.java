package dev.millrace.core.definition;

/**
 * Where something stands in a document.
 *
 * @param line counted from 1; 0 when unknown
 * @param column counted from 1; 0 when unknown
 */
public record Place(int line, int column) {
  public static final Place UNKNOWN = new Place(0, 0);
}
