/** A workflow that ships: from an issue to a merged change, by an agent that is a command. */
@NullMarked
package dev.millrace.sagas.coding;

import org.jspecify.annotations.NullMarked;
