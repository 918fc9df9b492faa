/** Expressions and the bounds that make untrusted ones safe. */
@NullMarked
package dev.millrace.core.expression;

import org.jspecify.annotations.NullMarked;
