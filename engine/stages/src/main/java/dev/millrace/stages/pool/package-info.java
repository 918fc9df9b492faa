/** Connections that calls share. */
@NullMarked
package dev.millrace.stages.pool;

import org.jspecify.annotations.NullMarked;
