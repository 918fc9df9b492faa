package dev.millrace.stages.mcp;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.Authentication;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Destinations;
import dev.millrace.stages.mcp.McpPeer.Http;
import dev.millrace.stages.mcp.McpPeer.Stdio;
import dev.millrace.stages.pool.Pool;
import io.modelcontextprotocol.client.McpAsyncClient;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.GetPromptRequest;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceRequest;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.core.publisher.Mono;

/**
 * The function {@code mcp}: {@code call: mcp} of the definition language, by the protocol's own
 * Java SDK.
 *
 * <p>Arguments: {@code method}, {@code parameters}, {@code transport} ({@code http} or {@code
 * stdio}), {@code protocolVersion}, {@code timeout}, {@code client}. The output is the result of
 * the request: of a list, one page of it; of a tool that failed, a result whose {@code isError} is
 * true. Every request carries the idempotency key in {@code _meta} as {@value #IDEMPOTENCY_KEY}.
 *
 * <p>Commands of the stdio transport run with the worker's rights, so none may be run unless the
 * setting {@value #STDIO_ALLOW} names it; a command that is named there may be run with any
 * arguments.
 */
public final class McpStage implements StageFunction, AutoCloseable {
  public static final String NAME = "mcp";

  /** Commands that may be run, separated by commas; none if it is not set. */
  public static final String STDIO_ALLOW = "mcp.stdio-allow";

  /** Longest message a server may send, in characters; {@link #MESSAGE_CHARS_MAX} if not set. */
  public static final String MESSAGE_CHARS_MAX_SETTING = "mcp.message-chars-max";

  /** How long a session is kept that nobody uses, ISO 8601; {@link #IDLE_MAX} if not set. */
  public static final String IDLE_MAX_SETTING = "mcp.session-idle-max";

  /** Sessions, and so processes, of one worker. */
  public static final int SESSIONS_MAX = 32;

  public static final int MESSAGE_CHARS_MAX = 8 * 1024 * 1024;
  public static final Duration IDLE_MAX = Duration.ofMinutes(5);

  /** Longest time for one request: tools may take theirs. */
  public static final Duration TIMEOUT = Duration.ofMinutes(5);

  /** Key in {@code _meta}; names there begin with the domain of whoever defines them. */
  public static final String IDEMPOTENCY_KEY = "dev.millrace/idempotency-key";

  private static final String META = "_meta";
  private static final Logger LOG = LoggerFactory.getLogger(McpStage.class);

  private final Pool<McpPeer, McpSession> sessions;
  private final Destinations destinations;
  private final AuthorizedClient client;
  private final Set<String> commands;

  /**
   * @throws IllegalArgumentException if a setting is no number or duration where one is needed
   */
  public McpStage(StageSettings settings, AuthorizedClient client) {
    this.client = client;
    this.destinations = Destinations.of(settings);
    this.commands =
        settings.value(STDIO_ALLOW).stream()
            .flatMap(list -> Arrays.stream(list.split(",")))
            .map(String::strip)
            .filter(command -> !command.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
    int messageCharsMax =
        settings.value(MESSAGE_CHARS_MAX_SETTING).map(Integer::parseInt).orElse(MESSAGE_CHARS_MAX);
    this.sessions =
        new Pool<>(
            NAME,
            SESSIONS_MAX,
            settings.value(IDLE_MAX_SETTING).map(Duration::parse).orElse(IDLE_MAX),
            new McpConnections(messageCharsMax, client));
  }

  @Override
  public String dependency(StageRequest request) {
    return McpCall.dependency(request.arguments());
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      var call = McpCall.read(request.arguments());
      var exchange = exchange(call, meta(call, request.idempotencyKey()));
      var refusal = refusal(call.peer());
      return refusal.isPresent() ? refusal.get() : withCredentials(call, exchange);
    } catch (IllegalArgumentException e) {
      return new Refused(Kind.CONFIGURATION.error(String.valueOf(e.getMessage())));
    }
  }

  /** Why nobody here may be asked that; empty if they may. */
  private Optional<StageAnswer> refusal(McpPeer peer) {
    return switch (peer.transport()) {
      case Http http -> refusal(http);
      case Stdio stdio when commands.contains(stdio.command()) -> Optional.empty();
      case Stdio stdio ->
          Optional.of(
              new Refused(
                  Kind.CONFIGURATION.error(
                      "this worker may not run the command %s; whoever runs the worker may allow"
                              .formatted(stdio.shown())
                          + " it: --set %s=%s".formatted(STDIO_ALLOW, stdio.command()))));
    };
  }

  private Optional<StageAnswer> refusal(Http http) {
    try {
      destinations.check(http.endpoint());
      return Optional.empty();
    } catch (UnknownHostException _) {
      return Optional.of(
          new Unavailable(
              Kind.COMMUNICATION.error(503, "no address for the host of " + http.shown()),
              Duration.ZERO));
    }
  }

  /** A session is used by many and fetches tokens by itself, so here they are only made known. */
  private StageAnswer withCredentials(McpCall call, Function<McpAsyncClient, Mono<?>> exchange)
      throws InterruptedException {
    var authentication =
        call.peer().transport() instanceof Http http
            ? http.authentication()
            : new Authentication.None();
    client.hide(authentication);
    var answer = inSession(call, exchange);
    client.hide(authentication);
    return answer;
  }

  private StageAnswer inSession(McpCall call, Function<McpAsyncClient, Mono<?>> exchange)
      throws InterruptedException {
    var free = sessions.place(call.peer());
    if (free.isEmpty()) {
      return new Unavailable(
          Kind.COMMUNICATION.error(
              503, "all %d MCP sessions of the worker are in use".formatted(SESSIONS_MAX)),
          Duration.ofSeconds(1));
    }
    var timeout = call.timeout() == null ? TIMEOUT : call.timeout();
    try (var place = free.get()) {
      McpSession session;
      try {
        var patience =
            timeout.compareTo(McpSession.OPEN_TIMEOUT) < 0 ? timeout : McpSession.OPEN_TIMEOUT;
        session = place.connection(patience);
      } catch (ExecutionException | TimeoutException e) {
        LOG.info("no session with {}: {}", call.peer().shown(), e.toString());
        place.discard();
        return McpFailures.onOpening(e, call.peer());
      }
      return answer(call, exchange, session, place, timeout);
    }
  }

  private static StageAnswer answer(
      McpCall call,
      Function<McpAsyncClient, Mono<?>> exchange,
      McpSession session,
      Pool<McpPeer, McpSession>.Place place,
      Duration timeout)
      throws InterruptedException {
    try {
      return new Completed(session.call(exchange, timeout));
    } catch (ExecutionException | McpSession.LostException e) {
      LOG.info("{} of {}: {}", call.method(), call.peer().shown(), e.toString());
      if (McpFailures.breaksSession(e)) {
        place.discard();
      }
      return McpFailures.onCalling(e, call);
    } catch (TimeoutException _) {
      return McpFailures.onTimeout(call, timeout);
    }
  }

  private static Map<String, Object> meta(McpCall call, String idempotencyKey) {
    Map<String, Object> meta = new LinkedHashMap<>(call.object(META));
    meta.putIfAbsent(IDEMPOTENCY_KEY, idempotencyKey);
    return meta;
  }

  /**
   * @throws IllegalArgumentException if the method is not known or lacks a parameter
   */
  private static Function<McpAsyncClient, Mono<?>> exchange(
      McpCall call, Map<String, Object> meta) {
    return switch (call.method()) {
      case "tools/call" -> {
        var request = new CallToolRequest(call.text("name"), call.object("arguments"), meta);
        yield client -> client.callTool(request);
      }
      case "prompts/get" -> {
        var request = new GetPromptRequest(call.text("name"), call.object("arguments"), meta);
        yield client -> client.getPrompt(request);
      }
      case "resources/read" -> {
        var request = new ReadResourceRequest(call.text("uri"), meta);
        yield client -> client.readResource(request);
      }
      case "tools/list", "prompts/list", "resources/list", "resources/templates/list" ->
          page(call, meta);
      default -> throw new IllegalArgumentException("there is no method '" + call.method() + "'");
    };
  }

  private static Function<McpAsyncClient, Mono<?>> page(McpCall call, Map<String, Object> meta) {
    var cursor = call.optionalText("cursor");
    return client ->
        switch (call.method()) {
          case "tools/list" -> client.listTools(cursor, meta);
          case "prompts/list" -> client.listPrompts(cursor, meta);
          case "resources/list" -> client.listResources(cursor, meta);
          default -> client.listResourceTemplates(cursor, meta);
        };
  }

  /** Sessions that are open or being opened. */
  int openSessions() {
    return sessions.size();
  }

  /** Ends all sessions and their processes. */
  @Override
  public void close() {
    sessions.close();
  }
}
