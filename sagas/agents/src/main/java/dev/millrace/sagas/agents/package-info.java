/** Patterns of agents as definitions, and the MCP server their tools are on. */
@NullMarked
package dev.millrace.sagas.agents;

import org.jspecify.annotations.NullMarked;
