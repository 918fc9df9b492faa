@NullMarked
package dev.millrace.wire.blob;

import org.jspecify.annotations.NullMarked;
