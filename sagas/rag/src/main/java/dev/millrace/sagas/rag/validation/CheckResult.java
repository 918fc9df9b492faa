package dev.millrace.sagas.rag.validation;

/**
 * @param name of the check
 * @param score from 0 to 1
 * @param reason what was found; for a failed check, what would mend it
 */
public record CheckResult(String name, double score, boolean passed, String reason) {}
