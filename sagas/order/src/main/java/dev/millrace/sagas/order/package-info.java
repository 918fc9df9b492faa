/** An order that is fulfilled, or undone. */
@NullMarked
package dev.millrace.sagas.order;

import org.jspecify.annotations.NullMarked;
