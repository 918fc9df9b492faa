package dev.millrace.sagas.rag.validation;

/** One question put to an answer. Checks know nothing of each other. */
@FunctionalInterface
public interface Check {
  CheckResult check(Evidence evidence);
}
