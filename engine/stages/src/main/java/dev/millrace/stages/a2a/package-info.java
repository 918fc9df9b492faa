/** The built-in function {@code a2a}: one request to an agent, by the Agent2Agent protocol. */
@NullMarked
package dev.millrace.stages.a2a;

import org.jspecify.annotations.NullMarked;
