/** Processes of this machine and containers of a cluster, run for {@code run} tasks. */
@NullMarked
package dev.millrace.stages.run;

import org.jspecify.annotations.NullMarked;
