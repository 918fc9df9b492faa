/** What a definition compiles to: an immutable graph with everything resolved. */
@NullMarked
package dev.millrace.core.plan;

import org.jspecify.annotations.NullMarked;
