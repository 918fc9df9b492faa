/** The built-in function {@code mcp}: one request to a Model Context Protocol server. */
@NullMarked
package dev.millrace.stages.mcp;

import org.jspecify.annotations.NullMarked;
