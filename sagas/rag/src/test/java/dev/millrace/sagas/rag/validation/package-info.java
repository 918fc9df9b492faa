@NullMarked
package dev.millrace.sagas.rag.validation;

import org.jspecify.annotations.NullMarked;
