/** The bounds every stage function runs within: time, concurrency, circuit, and an answer. */
@NullMarked
package dev.millrace.stages.guard;

import org.jspecify.annotations.NullMarked;
