package dev.millrace.server.conformance;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Servers of this process that the features' calls go to: a shop that asks who comes, an authority
 * that gives tokens, an agent, an MCP server by the real SDK, and a gRPC server. They answer the
 * same however often they are asked under one idempotency key.
 *
 * <p>A feature names them by hosts of {@code example.com}. What it calls {@code client-of-this-run}
 * is another client in every run, so that no run finds the token of another.
 */
final class Peers implements AutoCloseable {
  private static final String CLIENT = "client-of-this-run";
  private static final String GRPC_PORT = "50051";

  private final AtomicInteger runs = new AtomicInteger();
  private final Tokens tokens = new Tokens();
  private final WebPeer web;
  private final McpPeer tools;
  private final GrpcPeer greeter;

  private Peers() throws Exception {
    this.web = new WebPeer(tokens);
    this.tools = new McpPeer(tokens);
    this.greeter = new GrpcPeer(tokens);
  }

  static Peers open() throws Exception {
    return new Peers();
  }

  /** Only hosts change, and the client's name. */
  String rewriteHosts(String definition) {
    var web = "http://127.0.0.1:" + this.web.port();
    return definition
        .replace("https://shop.example.com", web + "/shop")
        .replace("https://login.example.com", web + "/login")
        .replace("https://specs.example.com", web + "/specs")
        .replace("https://agent.example.com", web + "/agent")
        .replace("https://tools.example.com", "http://127.0.0.1:" + tools.port())
        .replace("greeter.example.com", "127.0.0.1")
        .replace(GRPC_PORT, String.valueOf(greeter.port()))
        .replace(CLIENT, "client-" + runs.incrementAndGet());
  }

  @Override
  public void close() throws Exception {
    web.close();
    tools.close();
    greeter.close();
  }
}
