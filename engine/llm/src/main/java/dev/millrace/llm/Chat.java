package dev.millrace.llm;

import dev.millrace.core.stage.StageAnswer;

/** Says the next message of a conversation, or why it cannot. */
@FunctionalInterface
interface Chat {

  /**
   * @param model name or alias; empty for the usual one
   * @return {@link StageAnswer.Completed} with the output of {@code llm.chat}, or another answer
   * @throws IllegalArgumentException if the conversation is none that can go on
   */
  StageAnswer next(String model, Conversation conversation);
}
