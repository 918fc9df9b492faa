package dev.millrace.llm.chat;

import dev.millrace.stages.StageSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Which chat model writes the answers.
 *
 * @param apiKeyEnvironment name of the environment variable that holds the key; empty for endpoints
 *     that want none. The key itself is in no setting
 * @param models model by the alias a definition uses, e.g. {@code small}; {@code ""} for all others
 * @param timeout for a whole reply
 */
public record ChatSettings(
    Provider provider,
    String baseUrl,
    Optional<String> apiKeyEnvironment,
    Map<String, String> models,
    Duration timeout) {
  public static final String PROVIDER = "llm.provider";
  public static final String BASE_URL = "llm.base-url";
  public static final String API_KEY_ENV = "llm.api-key-env";
  public static final String MODEL = "llm.model";
  public static final String TIMEOUT_SECONDS = "llm.timeout-seconds";

  private static final String MODEL_ALIAS_PREFIX = MODEL + ".";
  private static final String ANY_ALIAS = "";

  /** The protocols spoken, each with the address its own service has. */
  public enum Provider {
    OPENAI("https://api.openai.com/v1"),
    ANTHROPIC("https://api.anthropic.com/v1"),
    OLLAMA("http://localhost:11434");

    private final String defaultUrl;

    Provider(String defaultUrl) {
      this.defaultUrl = defaultUrl;
    }

    public String id() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Empty when neither a provider nor an address is configured: then there is no model to ask.
   *
   * @throws IllegalArgumentException if the provider is unknown or no model is named
   */
  public static Optional<ChatSettings> from(StageSettings settings) {
    if (settings.value(PROVIDER).isEmpty() && settings.value(BASE_URL).isEmpty()) {
      return Optional.empty();
    }
    var provider = settings.value(PROVIDER).map(ChatSettings::provider).orElse(Provider.OPENAI);
    return Optional.of(
        new ChatSettings(
            provider,
            settings.value(BASE_URL).orElse(provider.defaultUrl),
            settings.value(API_KEY_ENV),
            models(settings),
            settings
                .value(TIMEOUT_SECONDS)
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(ChatModels.REPLY_TIMEOUT)));
  }

  private static Provider provider(String id) {
    return Arrays.stream(Provider.values())
        .filter(provider -> provider.id().equalsIgnoreCase(id))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException(PROVIDER + " is openai, anthropic or ollama: " + id));
  }

  private static Map<String, String> models(StageSettings settings) {
    var models = new java.util.HashMap<String, String>();
    settings.value(MODEL).ifPresent(model -> models.put(ANY_ALIAS, model));
    settings
        .values()
        .forEach((name, model) -> {
          if (name.startsWith(MODEL_ALIAS_PREFIX)) {
            models.put(name.substring(MODEL_ALIAS_PREFIX.length()), model);
          }
        });
    if (models.isEmpty()) {
      throw new IllegalArgumentException(
          "set " + MODEL + " to the model's name, or " + MODEL_ALIAS_PREFIX + "<alias> to several");
    }
    return Map.copyOf(models);
  }

  /** The model behind an alias; an unknown alias gives the general model, or is the name itself. */
  String model(String alias) {
    var model = models.get(alias);
    return model != null ? model : models.getOrDefault(ANY_ALIAS, alias);
  }
}
