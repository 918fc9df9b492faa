/**
 * Scenarios: definitions run in virtual time on the real topology, spoken to in the vocabulary of
 * the language's conformance kit. What {@code millrace test} and our own suite run.
 */
@NullMarked
package dev.millrace.scenarios;

import org.jspecify.annotations.NullMarked;
