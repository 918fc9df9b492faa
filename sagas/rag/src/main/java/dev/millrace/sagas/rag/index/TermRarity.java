package dev.millrace.sagas.rag.index;

/**
 * How much a word of the question tells passages apart.
 *
 * @param stem the word as the index knows it
 * @param weight inverse document frequency, from 0 (in every passage) to 1 (in none)
 */
public record TermRarity(String stem, double weight) {}
