@NullMarked
package dev.millrace.sagas.rag;

import org.jspecify.annotations.NullMarked;
