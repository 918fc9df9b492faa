/** What instances share: channels of events, gates that count runs, and schedules. */
@NullMarked
package dev.millrace.core.coordination;

import org.jspecify.annotations.NullMarked;
