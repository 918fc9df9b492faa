/** The built-in function {@code http}: one HTTP exchange, classified into the four answers. */
@NullMarked
package dev.millrace.stages.http;

import org.jspecify.annotations.NullMarked;
