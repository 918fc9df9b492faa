/** The words every part of Millrace shares: identities, positions and errors. */
@NullMarked
package dev.millrace.core;

import org.jspecify.annotations.NullMarked;
