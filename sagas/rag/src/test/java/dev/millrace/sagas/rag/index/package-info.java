@NullMarked
package dev.millrace.sagas.rag.index;

import org.jspecify.annotations.NullMarked;
