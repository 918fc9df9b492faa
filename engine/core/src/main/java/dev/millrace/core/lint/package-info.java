/** What is allowed in a definition and probably not meant. */
@NullMarked
package dev.millrace.core.lint;

import org.jspecify.annotations.NullMarked;
