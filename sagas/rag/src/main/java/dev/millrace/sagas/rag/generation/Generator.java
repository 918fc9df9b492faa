package dev.millrace.sagas.rag.generation;

import dev.millrace.core.stage.StageAnswer;

/** Writes an answer from passages, or says why it cannot. */
@FunctionalInterface
public interface Generator {

  /**
   * @param model name or alias of the model to use; generators without models ignore it
   * @return {@link StageAnswer.Completed} with a {@link Draft}, or another of the four answers
   */
  StageAnswer generate(String model, Prompt prompt);
}
