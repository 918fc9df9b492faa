/** From passages to an answer with citations. */
@NullMarked
package dev.millrace.sagas.rag.generation;

import org.jspecify.annotations.NullMarked;
