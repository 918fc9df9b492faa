@NullMarked
package dev.millrace.sagas.rag.text;

import org.jspecify.annotations.NullMarked;
