/** Whether an answer may be given: small checks, each with a score and a reason. */
@NullMarked
package dev.millrace.sagas.rag.validation;

import org.jspecify.annotations.NullMarked;
