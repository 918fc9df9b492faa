package dev.millrace.sagas.rag.generation;

/**
 * Where a statement of an answer comes from.
 *
 * @param n the number the answer refers to it by: {@code [n]}
 * @param id of the passage
 * @param quote the words of the passage that support the statement
 */
public record Citation(int n, String id, String title, String path, String quote) {}
