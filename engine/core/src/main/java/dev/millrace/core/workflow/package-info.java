/** The rules of one instance as pure functions: {@code decide} and {@code evolve}. */
@NullMarked
package dev.millrace.core.workflow;

import org.jspecify.annotations.NullMarked;
