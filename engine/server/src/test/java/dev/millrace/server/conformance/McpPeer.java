package dev.millrace.server.conformance;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.EnumSet;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.FilterHolder;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server by the official SDK: {@code /mcp} for everybody, {@code /bearer/mcp} for whoever
 * has the token {@value #PASS}, {@code /digest/mcp} for whoever answers a challenge, {@code
 * /token/mcp} for tokens of the authority but a client's first.
 */
final class McpPeer implements AutoCloseable {
  static final String PASS = "pass-8d21c7";
  private static final String KEY = "dev.millrace/idempotency-key";

  private final Tokens tokens;
  private final Server server = new Server();

  McpPeer(Tokens tokens) throws Exception {
    this.tokens = tokens;
    var transport =
        HttpServletStreamableServerTransportProvider.builder()
            .jsonMapper(new JacksonMcpJsonMapper(new JsonMapper()))
            .mcpEndpoint("/mcp")
            .build();
    McpServer.sync(transport)
        .serverInfo("tools", "1.0.0")
        .capabilities(ServerCapabilities.builder().tools(true).build())
        .tools(
            tool("add", it -> text(String.valueOf(number(it, "a") + number(it, "b")))),
            tool("key", it -> text(it.meta().containsKey(KEY) ? "there" : "not there")),
            tool("fail", _ -> CallToolResult.builder().addTextContent("no").isError(true).build()))
        .build();
    var connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    server.addConnector(connector);
    var holder = new ServletHolder(transport);
    holder.setAsyncSupported(true);
    var context = new ServletContextHandler();
    context.addServlet(holder, "/*");
    var filter = new FilterHolder(guard());
    filter.setAsyncSupported(true);
    context.addFilter(filter, "/*", EnumSet.of(DispatcherType.REQUEST));
    server.setHandler(context);
    server.setStopTimeout(0);
    server.start();
  }

  int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  private Filter guard() {
    return (request, response, chain) -> {
      var path = ((HttpServletRequest) request).getRequestURI();
      var said = ((HttpServletRequest) request).getHeader("Authorization");
      if (isWelcome(path, said, ((HttpServletRequest) request).getMethod())) {
        chain.doFilter(request, response);
      } else {
        ((HttpServletResponse) response).setHeader("WWW-Authenticate", Digest.CHALLENGE);
        ((HttpServletResponse) response).sendError(401);
      }
    };
  }

  private boolean isWelcome(String path, @Nullable String authorization, String method) {
    return switch (path) {
      case "/mcp" -> true;
      case "/bearer/mcp" -> ("Bearer " + PASS).equals(authorization);
      case "/token/mcp" -> tokens.later(authorization).isPresent();
      case "/digest/mcp" -> Digest.isAnswered(authorization, method, path);
      default -> false;
    };
  }

  private static int number(CallToolRequest request, String name) {
    return ((Number) Objects.requireNonNull(request.arguments().get(name))).intValue();
  }

  private static SyncToolSpecification tool(
      String name, Function<CallToolRequest, CallToolResult> work) {
    return SyncToolSpecification.builder()
        .tool(Tool.builder(name, Map.of("type", "object")).description(name).build())
        .callHandler((_, request) -> work.apply(request))
        .build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).isError(false).build();
  }

  @Override
  public void close() throws Exception {
    server.stop();
  }
}
