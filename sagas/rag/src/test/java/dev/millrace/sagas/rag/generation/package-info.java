@NullMarked
package dev.millrace.sagas.rag.generation;

import org.jspecify.annotations.NullMarked;
