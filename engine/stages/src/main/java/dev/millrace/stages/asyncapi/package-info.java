/**
 * The built-in function {@code asyncapi}: messages of the channels that AsyncAPI documents name.
 */
@NullMarked
package dev.millrace.stages.asyncapi;

import org.jspecify.annotations.NullMarked;
