@NullMarked
package dev.millrace.wire;

import org.jspecify.annotations.NullMarked;
