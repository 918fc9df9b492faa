/** What the engine asks of a stage, and the four answers a stage can give. */
@NullMarked
package dev.millrace.core.stage;

import org.jspecify.annotations.NullMarked;
