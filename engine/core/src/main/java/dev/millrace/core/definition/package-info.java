/** Reading a definition, with the place of everything that is wrong with it. */
@NullMarked
package dev.millrace.core.definition;

import org.jspecify.annotations.NullMarked;
