@NullMarked
package dev.millrace.core.coordination;

import org.jspecify.annotations.NullMarked;
