/** Functions of language models: {@code llm.chat} and {@code llm.embed}. */
@NullMarked
package dev.millrace.llm;

import org.jspecify.annotations.NullMarked;
