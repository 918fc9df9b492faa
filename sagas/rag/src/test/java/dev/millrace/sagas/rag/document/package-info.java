@NullMarked
package dev.millrace.sagas.rag.document;

import org.jspecify.annotations.NullMarked;
