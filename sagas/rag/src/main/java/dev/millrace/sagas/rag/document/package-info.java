/** From a file of a corpus to passages. */
@NullMarked
package dev.millrace.sagas.rag.document;

import org.jspecify.annotations.NullMarked;
