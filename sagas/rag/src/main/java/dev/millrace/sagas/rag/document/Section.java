package dev.millrace.sagas.rag.document;

/**
 * @param heading empty for what stands before the first heading
 * @param start offset into the document's text, in characters
 */
public record Section(String heading, int start) {}
