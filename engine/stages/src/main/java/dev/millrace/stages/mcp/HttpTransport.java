package dev.millrace.stages.mcp;

import io.modelcontextprotocol.json.TypeRef;
import io.modelcontextprotocol.spec.McpClientTransport;
import io.modelcontextprotocol.spec.McpSchema.JSONRPCMessage;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import reactor.core.publisher.Mono;

/**
 * The SDK's HTTP transport, without its way to mend a session that the server has forgotten: that
 * tells every request under way that the session has ended, so that nobody knows which request was
 * turned away and which may have been carried out. Here each request learns its own failure, and
 * the pool makes a new session.
 */
record HttpTransport(McpClientTransport sdk) implements McpClientTransport {
  @Override
  public Mono<Void> connect(Function<Mono<JSONRPCMessage>, Mono<JSONRPCMessage>> handler) {
    return sdk.connect(handler);
  }

  @Override
  public void setExceptionHandler(Consumer<Throwable> handler) {
    sdk.setExceptionHandler(_ -> {});
  }

  @Override
  public Mono<Void> sendMessage(JSONRPCMessage message) {
    return sdk.sendMessage(message);
  }

  @Override
  public <T> T unmarshalFrom(Object data, TypeRef<T> type) {
    return sdk.unmarshalFrom(data, type);
  }

  @Override
  public List<String> protocolVersions() {
    return sdk.protocolVersions();
  }

  @Override
  public Mono<Void> closeGracefully() {
    return sdk.closeGracefully();
  }
}
