@NullMarked
package dev.millrace.stages;

import org.jspecify.annotations.NullMarked;
