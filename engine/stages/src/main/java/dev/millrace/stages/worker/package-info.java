/** From a stage's topic to its functions and back: the poll loop, its offsets and its bounds. */
@NullMarked
package dev.millrace.stages.worker;

import org.jspecify.annotations.NullMarked;
