package dev.millrace.sagas.rag;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.llm.NamedPrompts;
import dev.millrace.llm.chat.ChatModels;
import dev.millrace.llm.chat.ChatSettings;
import dev.millrace.sagas.rag.generation.ChatGenerator;
import dev.millrace.sagas.rag.generation.ExtractiveGenerator;
import dev.millrace.sagas.rag.generation.Generator;
import dev.millrace.sagas.rag.generation.Prompt;
import dev.millrace.stages.StageSettings;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The prompt {@value Prompt#NAME}: by the configured model, or by extraction without one. */
public final class RagPrompts implements NamedPrompts {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

  @Override
  public Map<String, NamedPrompts.NamedPrompt> prompts(StageSettings settings) {
    return Map.of(Prompt.NAME, new AnswerPrompt(settings));
  }

  /** Configured once, and at the first request: a mistake in it must not keep a worker down. */
  private static final class AnswerPrompt implements NamedPrompts.NamedPrompt {
    private final StageSettings settings;
    private @Nullable Generator generator;

    AnswerPrompt(StageSettings settings) {
      this.settings = settings;
    }

    @Override
    public StageAnswer answer(String model, JsonNode variables) {
      return generator().generate(model, MAPPER.convertValue(variables, Prompt.class));
    }

    private synchronized Generator generator() {
      if (generator == null) {
        generator =
            ChatSettings.from(settings)
                .<Generator>map(chat -> new ChatGenerator(new ChatModels(chat, System::getenv)))
                .orElseGet(() -> new ExtractiveGenerator(RagStages.REMEMBERING));
      }
      return generator;
    }
  }
}
