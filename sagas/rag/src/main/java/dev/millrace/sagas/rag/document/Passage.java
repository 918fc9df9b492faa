package dev.millrace.sagas.rag.document;

/**
 * A piece of a document small enough to be found, shown and embedded as one thought.
 *
 * @param id {@code <document>#<ordinal>}
 * @param section heading it stands under; may be empty
 */
public record Passage(String id, String section, String text) {}
