package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code call: mcp}: {@code method}, {@code transport} with one of {@code http}
 * ({@code endpoint}, {@code headers}) and {@code stdio} ({@code command}, {@code arguments}, {@code
 * environment}), and of {@code parameters}, {@code protocolVersion}, {@code timeout} (ISO 8601) and
 * {@code client} those the definition gives.
 */
record McpCallCompiler(EndpointCompiler endpoints) {
  private static final Set<String> MEMBERS =
      Set.of("method", "parameters", "transport", "protocolVersion", "timeout", "client");
  private static final Set<String> METHODS =
      Set.of(
          "tools/list",
          "tools/call",
          "prompts/list",
          "prompts/get",
          "resources/list",
          "resources/read",
          "resources/templates/list");
  private static final Set<String> TRANSPORTS = Set.of("http", "stdio");
  private static final Set<String> SCHEMES = Set.of("http", "https");

  Template compile(Source with, Set<String> variables) {
    with.allow("an mcp call", MEMBERS, Set.of());
    var arguments = new ArgumentCompiler(endpoints, variables);
    arguments.word(with.required("method", "a method such as tools/call"), METHODS);
    arguments.object(with.member("parameters"), "an object of parameters or an expression");
    arguments.text(with.member("protocolVersion"), "a version such as '2025-06-18'");
    arguments.duration(with.member("timeout"));
    arguments.put("client", client(with.member("client"), variables));
    arguments.put(
        "transport", transport(with.required("transport", "{http: …} or {stdio: …}"), variables));
    return arguments.template();
  }

  private @Nullable Template client(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{name, version}")) {
      return null;
    }
    source.allow("a client", Set.of("name", "version"), Set.of());
    var client = new ArgumentCompiler(endpoints, variables);
    client.text(source.required("name", "the name of the client"), "a name");
    client.text(source.required("version", "the version of the client"), "a version");
    return client.template();
  }

  private @Nullable Template transport(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{http: …} or {stdio: …}")) {
      return null;
    }
    source.allow("a transport", TRANSPORTS, Set.of());
    if (source.value().size() != 1) {
      source.error("expected one of " + Source.listed(TRANSPORTS));
    }
    var transport = new ArgumentCompiler(endpoints, variables);
    transport.put("http", http(source.member("http"), variables));
    transport.put("stdio", stdio(source.member("stdio"), variables));
    return transport.template();
  }

  private @Nullable Template http(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{endpoint, headers}")) {
      return null;
    }
    source.allow("the http transport", Set.of("endpoint", "headers"), Set.of());
    var http = new ArgumentCompiler(endpoints, variables);
    http.endpoint("endpoint", source.required("endpoint", "the URI of the MCP server"), SCHEMES);
    http.object(source.member("headers"), "an object of headers or an expression");
    return http.template();
  }

  private @Nullable Template stdio(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{command, arguments, environment}")) {
      return null;
    }
    source.allow("the stdio transport", Set.of("command", "arguments", "environment"), Set.of());
    var stdio = new ArgumentCompiler(endpoints, variables);
    stdio.text(source.required("command", "the command that runs the MCP server"), "a command");
    stdio.list(source.member("arguments"), "a list of arguments or an expression");
    stdio.object(source.member("environment"), "an object of variables or an expression");
    return stdio.template();
  }
}
