package dev.millrace.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.stages.StageSettings;
import java.util.Map;

/**
 * Found by {@link java.util.ServiceLoader}: a jar that brings prompts which {@code llm.chat} knows
 * by name, with a way to read their replies and, perhaps, to do without a model.
 */
public interface NamedPrompts {

  /** Answers one request for a prompt. */
  @FunctionalInterface
  interface NamedPrompt {
    /**
     * @param model name or alias of the model to use; empty for the usual one
     * @throws IllegalArgumentException if the variables are not what the prompt needs
     */
    StageAnswer answer(String model, JsonNode variables) throws Exception;
  }

  /** The prompts of this jar by name. Cheap: whatever is slow to open is opened when first used. */
  Map<String, NamedPrompt> prompts(StageSettings settings);
}
