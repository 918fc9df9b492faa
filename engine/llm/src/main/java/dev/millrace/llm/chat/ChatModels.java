package dev.millrace.llm.chat;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.langchain4j.model.anthropic.AnthropicChatModel;
import dev.langchain4j.model.chat.ChatModel;
import dev.langchain4j.model.chat.request.ChatRequest;
import dev.langchain4j.model.chat.response.ChatResponse;
import dev.langchain4j.model.ollama.OllamaChatModel;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Asks the chat model that is configured, and turns whatever happens into one of the four answers.
 *
 * <p>LangChain4j's retries are off: the definition's retry policy is the only one.
 */
public final class ChatModels {
  /** Of a reply; what is longer is not readable. */
  public static final int REPLY_BYTES_MAX = ModelConnection.REPLY_BYTES_MAX;

  public static final Duration REPLY_TIMEOUT = Duration.ofSeconds(55);

  private static final int ANSWER_TOKENS_MAX = 4_096;
  private static final int ATTEMPTS_MAX = 1;
  private static final int DETAIL_CHARS_MAX = 300;

  /** Request timeout, too early, too many requests: the same request may succeed later. */
  private static final Set<Integer> MAY_PASS_LATER = Set.of(408, 425, 429);

  private static final String REDACTED = "***";

  /** The next task acts on the reply: variety has no value. */
  private static final double TEMPERATURE = 0;

  private final ChatSettings settings;
  private final UnaryOperator<@Nullable String> environment;
  private final Map<String, ChatModel> models = new ConcurrentHashMap<>();

  /**
   * @param environment gives the value of an environment variable, or null
   */
  public ChatModels(ChatSettings settings, UnaryOperator<@Nullable String> environment) {
    this.settings = settings;
    this.environment = environment;
  }

  /** Reads a reply. */
  @FunctionalInterface
  public interface Reading {
    /**
     * @param model that replied
     * @return what the stage gives
     * @throws RuntimeException if it cannot be read
     */
    JsonNode read(ChatResponse reply, String model);
  }

  /** The name of the protocol spoken, e.g. {@code openai}. */
  public String provider() {
    return settings.provider().id();
  }

  /**
   * One exchange.
   *
   * @param alias name or alias of the model
   * @param reading makes the output of a reply
   */
  public StageAnswer chat(String alias, ChatRequest request, Reading reading) {
    var missing = missingKey();
    if (missing.isPresent()) {
      return new Refused(
          Kind.CONFIGURATION.error("the environment variable " + missing.get() + " is not set"));
    }
    var name = settings.model(alias);
    try {
      var model = models.computeIfAbsent(name, this::open);
      return new Completed(reading.read(model.chat(request), name));
    } catch (RuntimeException e) {
      return failed(e);
    }
  }

  private ChatModel open(String model) {
    return switch (settings.provider()) {
      case OPENAI ->
          OpenAiChatModel.builder()
              .httpClientBuilder(ModelConnection.builder())
              .baseUrl(settings.baseUrl())
              .apiKey(key())
              .modelName(model)
              .temperature(TEMPERATURE)
              .maxTokens(ANSWER_TOKENS_MAX)
              .timeout(settings.timeout())
              .maxRetries(ATTEMPTS_MAX - 1)
              .build();
      case ANTHROPIC ->
          AnthropicChatModel.builder()
              .httpClientBuilder(ModelConnection.builder())
              .baseUrl(settings.baseUrl())
              .apiKey(key())
              .modelName(model)
              .temperature(TEMPERATURE)
              .maxTokens(ANSWER_TOKENS_MAX)
              .timeout(settings.timeout())
              .maxRetries(ATTEMPTS_MAX - 1)
              .build();
      case OLLAMA ->
          OllamaChatModel.builder()
              .httpClientBuilder(ModelConnection.builder())
              .baseUrl(settings.baseUrl())
              .modelName(model)
              .temperature(TEMPERATURE)
              .numPredict(ANSWER_TOKENS_MAX)
              .timeout(settings.timeout())
              .maxRetries(ATTEMPTS_MAX - 1)
              .build();
    };
  }

  private @Nullable String key() {
    return settings.apiKeyEnvironment().map(environment).orElse(null);
  }

  private Optional<String> missingKey() {
    var key = key();
    return key == null || key.isBlank() ? settings.apiKeyEnvironment() : Optional.empty();
  }

  private StageAnswer failed(RuntimeException failure) {
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      switch (cause) {
        case ModelReply reply -> {
          return refusal(reply);
        }
        case HttpConnectTimeoutException _ -> {
          return unreachable();
        }
        case ConnectException _ -> {
          return unreachable();
        }
        case HttpTimeoutException _ -> {
          return new Unknown(Kind.TIMEOUT.error("no reply within " + settings.timeout()));
        }
        case JacksonException _ -> {
          return unreadable(failure);
        }
        case IOException broken -> {
          return new Unknown(
              Kind.COMMUNICATION.error("the connection broke: " + clean(broken.getMessage())));
        }
        default -> {}
      }
    }
    return unreadable(failure);
  }

  private StageAnswer unreachable() {
    return new Unavailable(
        Kind.COMMUNICATION.error(503, "nobody answers at " + settings.baseUrl()), Duration.ZERO);
  }

  /**
   * A success that cannot be read comes from a proxy or a cut connection far more often than from a
   * changed protocol, and asking again changes nothing but the bill: it may be tried again.
   */
  private StageAnswer unreadable(RuntimeException failure) {
    return new Unavailable(
        Kind.COMMUNICATION.error(502, "the reply is not readable: " + clean(failure.getMessage())),
        Duration.ZERO);
  }

  private StageAnswer refusal(ModelReply reply) {
    var error = error(reply);
    boolean mayPass = reply.statusCode() >= 500 || MAY_PASS_LATER.contains(reply.statusCode());
    return mayPass ? new Unavailable(error, reply.retryAfter()) : new Refused(error);
  }

  private WorkflowError error(ModelReply reply) {
    var detail =
        settings.provider().id()
            + " answered "
            + reply.statusCode()
            + ": "
            + clean(reply.getMessage());
    return switch (reply.statusCode()) {
      case 401 -> Kind.AUTHENTICATION.error(detail);
      case 403 -> Kind.AUTHORIZATION.error(detail);
      default -> Kind.COMMUNICATION.error(reply.statusCode(), detail);
    };
  }

  /** Short, and without the key, which some services repeat in their complaint about it. */
  private String clean(@Nullable String message) {
    var text = message == null ? "" : message;
    var key = key();
    if (key != null && !key.isBlank()) {
      text = text.replace(key, REDACTED);
    }
    return text.length() <= DETAIL_CHARS_MAX ? text : text.substring(0, DETAIL_CHARS_MAX) + "…";
  }
}
