/** Specification of the agents saga. */
@NullMarked
package dev.millrace.sagas.agents;

import org.jspecify.annotations.NullMarked;
