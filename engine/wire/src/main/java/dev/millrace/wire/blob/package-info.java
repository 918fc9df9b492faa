/** Large values beside the log: a store for their bytes, and the reference that stands for them. */
@NullMarked
package dev.millrace.wire.blob;

import org.jspecify.annotations.NullMarked;
