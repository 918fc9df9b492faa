package dev.millrace.sagas.rag.text;

/**
 * A content word of a text.
 *
 * @param stem what it is compared and indexed by
 * @param surface as written
 * @param specific a name, number or identifier: a word that nothing else can stand in for
 */
public record Term(String stem, String surface, boolean specific) {}
