package dev.millrace.llm;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.llm.chat.ChatModels;
import dev.millrace.llm.chat.ChatSettings;
import dev.millrace.llm.text.Embedder;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import java.util.HashMap;
import java.util.Map;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/**
 * The function {@code llm.chat}: messages to the next message, or a prompt that goes by a name.
 *
 * <p>Without a configured provider {@link ExtractiveChat} answers, which is no language model and
 * says so in {@code provider}. With {@value #SCRIPT} a {@link ScriptedChat} does.
 */
final class ChatFunction implements StageFunction {
  static final String NAME = "llm.chat";

  /** Setting: a file of replies that stand in for a model, e.g. in tests of agents. */
  static final String SCRIPT = "llm.script";

  private final StageSettings settings;
  private final Embedder embedder;
  private @Nullable Chat chat;
  private @Nullable Map<String, NamedPrompts.NamedPrompt> prompts;

  ChatFunction(StageSettings settings, Embedder embedder) {
    this.settings = settings;
    this.embedder = embedder;
  }

  @Override
  public StageAnswer execute(StageRequest request) throws Exception {
    try {
      return answer(request.arguments());
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.VALIDATION.error(NAME + ": " + e.getMessage()));
    }
  }

  private StageAnswer answer(JsonNode arguments) throws Exception {
    var model = arguments.path("model").asText("");
    if (!arguments.has("prompt")) {
      return chat().next(model, Conversation.of(arguments));
    }
    var name = arguments.path("prompt").asText();
    var prompt = prompts().get(name);
    return prompt != null
        ? prompt.answer(model, arguments.path("variables"))
        : new Refused(
            Kind.CONFIGURATION.error(
                "there is no prompt '" + name + "', there are " + prompts().keySet()));
  }

  /** Configured once, and at the first request: a mistake in it must not keep a worker down. */
  private synchronized Chat chat() {
    if (chat == null) {
      var script = settings.value(SCRIPT);
      chat =
          script.isPresent()
              ? ScriptedChat.of(script.get())
              : ChatSettings.from(settings)
                  .<Chat>map(
                      configured -> new AskedModel(new ChatModels(configured, System::getenv)))
                  .orElseGet(() -> new ExtractiveChat(embedder));
    }
    return chat;
  }

  private synchronized Map<String, NamedPrompts.NamedPrompt> prompts() {
    if (prompts == null) {
      var all = new HashMap<String, NamedPrompts.NamedPrompt>();
      ServiceLoader.load(NamedPrompts.class).forEach(each -> all.putAll(each.prompts(settings)));
      prompts = Map.copyOf(all);
    }
    return prompts;
  }
}
