/** Words, sentences and embeddings: what every other part of the saga measures text with. */
@NullMarked
package dev.millrace.sagas.rag.text;

import org.jspecify.annotations.NullMarked;
