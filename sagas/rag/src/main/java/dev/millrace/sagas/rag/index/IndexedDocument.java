package dev.millrace.sagas.rag.index;

/**
 * What the index keeps of a document beside its passages.
 *
 * @param id {@code <corpus>/<path>}
 */
public record IndexedDocument(String id, String corpus, String path, String title) {}
