/** Sentences and their embeddings, computed in this process. */
@NullMarked
package dev.millrace.llm.text;

import org.jspecify.annotations.NullMarked;
