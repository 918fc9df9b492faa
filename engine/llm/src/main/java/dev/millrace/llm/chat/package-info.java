/** Chat models behind one door, and what their replies mean. */
@NullMarked
package dev.millrace.llm.chat;

import org.jspecify.annotations.NullMarked;
