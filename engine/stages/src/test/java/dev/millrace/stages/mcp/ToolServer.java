package dev.millrace.stages.mcp;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.McpJsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncPromptSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncResourceTemplateSpecification;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpError;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.GetPromptResult;
import io.modelcontextprotocol.spec.McpSchema.Prompt;
import io.modelcontextprotocol.spec.McpSchema.PromptArgument;
import io.modelcontextprotocol.spec.McpSchema.PromptMessage;
import io.modelcontextprotocol.spec.McpSchema.ReadResourceResult;
import io.modelcontextprotocol.spec.McpSchema.Resource;
import io.modelcontextprotocol.spec.McpSchema.ResourceTemplate;
import io.modelcontextprotocol.spec.McpSchema.Role;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.TextContent;
import io.modelcontextprotocol.spec.McpSchema.TextResourceContents;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/** A real MCP server, by the official SDK: over HTTP in this JVM, or over stdio as a process. */
final class ToolServer implements AutoCloseable {
  static final McpJsonMapper JSON = new JacksonMcpJsonMapper(new JsonMapper());

  private final Server server;
  private final CountDownLatch hanging = new CountDownLatch(1);
  private final CountDownLatch called = new CountDownLatch(1);

  private ToolServer(int port) throws Exception {
    var transport =
        HttpServletStreamableServerTransportProvider.builder()
            .jsonMapper(JSON)
            .mcpEndpoint("/mcp")
            .build();
    McpServer.sync(transport)
        .serverInfo("tools", "1.0.0")
        .capabilities(capabilities())
        .tools(tools(this::hang))
        .prompts(prompt())
        .resources(resource())
        .resourceTemplates(template())
        .build();
    server = new Server();
    var connector = new ServerConnector(server);
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    var context = new ServletContextHandler();
    var holder = new ServletHolder(transport);
    holder.setAsyncSupported(true);
    context.addServlet(holder, "/*");
    server.setHandler(context);
    server.setStopTimeout(0);
    server.start();
  }

  static ToolServer overHttp() throws Exception {
    return new ToolServer(0);
  }

  static ToolServer overHttp(int port) throws Exception {
    return new ToolServer(port);
  }

  int port() {
    return ((ServerConnector) server.getConnectors()[0]).getLocalPort();
  }

  /** Returns when the tool {@code hang} is under way. */
  void awaitCall() throws InterruptedException {
    called.await();
  }

  @Override
  public void close() throws Exception {
    server.stop();
    hanging.countDown();
  }

  /** Over standard input and output, until the input ends. */
  public static void main(String[] arguments) throws InterruptedException {
    var out = System.out;
    System.setOut(System.err); // standard output is for messages
    var transport = new StdioServerTransportProvider(JSON, System.in, out);
    McpServer.sync(transport)
        .serverInfo("tools", "1.0.0")
        .capabilities(capabilities())
        .tools(
            tools(_ -> {
              Runtime.getRuntime().halt(9);
              return text("unreachable");
            }))
        .prompts(prompt())
        .build();
    new CountDownLatch(1).await();
  }

  private static ServerCapabilities capabilities() {
    return ServerCapabilities.builder().tools(true).prompts(true).resources(false, true).build();
  }

  private CallToolResult hang(CallToolRequest request) {
    called.countDown();
    try {
      hanging.await();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    return text("woken");
  }

  private static List<SyncToolSpecification> tools(Function<CallToolRequest, CallToolResult> hang) {
    return List.of(
        tool("add", it -> text(String.valueOf(number(it, "a") + number(it, "b")))),
        tool(
            "fail", it -> CallToolResult.builder().addTextContent("no luck").isError(true).build()),
        tool("key", it -> text(String.valueOf(it.meta().get(McpStage.IDEMPOTENCY_KEY)))),
        tool("environment", it -> text(String.join(",", System.getenv().keySet()))),
        tool("pid", it -> text(String.valueOf(ProcessHandle.current().pid()))),
        tool("much", it -> text("x".repeat(20_000))),
        tool("hang", hang));
  }

  private static int number(CallToolRequest request, String name) {
    return ((Number) Objects.requireNonNull(request.arguments().get(name))).intValue();
  }

  private static SyncToolSpecification tool(
      String name, Function<CallToolRequest, CallToolResult> work) {
    return SyncToolSpecification.builder()
        .tool(Tool.builder(name, Map.of("type", "object")).description(name).build())
        .callHandler((exchange, request) -> work.apply(request))
        .build();
  }

  private static CallToolResult text(String text) {
    return CallToolResult.builder().addTextContent(text).isError(false).build();
  }

  private static SyncPromptSpecification prompt() {
    var prompt = new Prompt("greet", "greets", List.of(new PromptArgument("name", "whom", true)));
    return new SyncPromptSpecification(
        prompt,
        (exchange, request) ->
            new GetPromptResult(
                "a greeting",
                List.of(
                    new PromptMessage(
                        Role.USER, new TextContent("Greet " + request.arguments().get("name"))))));
  }

  private static SyncResourceSpecification resource() {
    return new SyncResourceSpecification(
        Resource.builder("memo://one", "one").mimeType("text/plain").build(),
        (exchange, request) -> {
          if (!request.uri().equals("memo://one")) {
            throw McpError.RESOURCE_NOT_FOUND.apply(request.uri());
          }
          return new ReadResourceResult(
              List.of(new TextResourceContents(request.uri(), "text/plain", "first")));
        });
  }

  private static SyncResourceTemplateSpecification template() {
    return new SyncResourceTemplateSpecification(
        ResourceTemplate.builder("memo://by-name/{name}", "memo").build(),
        (exchange, request) -> new ReadResourceResult(List.of()));
  }
}
