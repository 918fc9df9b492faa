package dev.millrace.sagas.agents;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.modelcontextprotocol.json.jackson2.JacksonMcpJsonMapper;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpServerFeatures.SyncToolSpecification;
import io.modelcontextprotocol.server.transport.StdioServerTransportProvider;
import io.modelcontextprotocol.spec.McpSchema.CallToolRequest;
import io.modelcontextprotocol.spec.McpSchema.CallToolResult;
import io.modelcontextprotocol.spec.McpSchema.ServerCapabilities;
import io.modelcontextprotocol.spec.McpSchema.Tool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/**
 * An MCP server by the protocol's own SDK, over standard input and output: a process of its own,
 * with tools that look into a {@link Pottery}. They only read, so asking twice does no harm.
 */
public final class ToolServer {
  private static final Map<String, Object> TEXT = Map.of("type", "string");
  private static final Map<String, Object> COUNT = Map.of("type", "integer", "minimum", 1);

  private final Pottery pottery = new Pottery();

  private ToolServer() {}

  /** Serves until it is ended: the client ends it when nobody needs it any more. */
  public static void main(String[] arguments) throws InterruptedException {
    var messages = System.out;
    System.setOut(System.err); // standard output is for messages
    var json = new JacksonMcpJsonMapper(new JsonMapper());
    McpServer.sync(new StdioServerTransportProvider(json, System.in, messages))
        .serverInfo("pottery", "1.0.0")
        .capabilities(ServerCapabilities.builder().tools(true).build())
        .tools(new ToolServer().tools())
        .build();
    new CountDownLatch(1).await();
  }

  private List<SyncToolSpecification> tools() {
    return List.of(
        tool(
            "stock",
            "How many pieces of an article there are, and what one costs.",
            Map.of("article", TEXT),
            request -> pottery.stock(text(request, "article"))),
        tool(
            "quote",
            "What so many pieces of an article cost together.",
            Map.of("article", TEXT, "quantity", COUNT),
            request -> pottery.quote(text(request, "article"), number(request, "quantity"))),
        tool("subjects", "What there are notes on.", Map.of(), _ -> pottery.subjects()),
        tool(
            "notes",
            "The notes on one subject.",
            Map.of("subject", TEXT),
            request -> pottery.notes(text(request, "subject"))));
  }

  /** What a tool does; a mistake of whoever asks is an answer, too. */
  @FunctionalInterface
  private interface Work {
    String on(CallToolRequest request) throws Pottery.NotPossible;
  }

  private static SyncToolSpecification tool(
      String name, String description, Map<String, Object> properties, Work work) {
    var schema =
        Map.<String, Object>of(
            "type",
            "object",
            "properties",
            properties,
            "required",
            List.copyOf(properties.keySet()));
    return SyncToolSpecification.builder()
        .tool(Tool.builder(name, schema).description(description).build())
        .callHandler((exchange, request) -> result(work, request))
        .build();
  }

  private static CallToolResult result(Work work, CallToolRequest request) {
    try {
      return CallToolResult.builder().addTextContent(work.on(request)).isError(false).build();
    } catch (Pottery.NotPossible e) {
      var why = String.valueOf(e.getMessage());
      return CallToolResult.builder().addTextContent(why).isError(true).build();
    }
  }

  private static String text(CallToolRequest request, String name) throws Pottery.NotPossible {
    if (request.arguments().get(name) instanceof String text) {
      return text;
    }
    throw new Pottery.NotPossible("'" + name + "' has to be text");
  }

  private static int number(CallToolRequest request, String name) throws Pottery.NotPossible {
    if (request.arguments().get(name) instanceof Integer number) {
      return number;
    }
    throw new Pottery.NotPossible("'" + name + "' has to be a whole number");
  }
}
