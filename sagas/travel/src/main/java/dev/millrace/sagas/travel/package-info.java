/** A trip that is booked in parallel and confirmed when somebody has approved it. */
@NullMarked
package dev.millrace.sagas.travel;

import org.jspecify.annotations.NullMarked;
