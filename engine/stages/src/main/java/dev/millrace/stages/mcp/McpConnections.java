package dev.millrace.stages.mcp;

import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.pool.Pool;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;

/** Sessions as a pool wants them. */
record McpConnections(int messageCharsMax, AuthorizedClient client)
    implements Pool.Connections<McpPeer, McpSession> {
  @Override
  public McpSession open(McpPeer peer, Duration timeout)
      throws ExecutionException, TimeoutException, InterruptedException {
    return McpSession.open(peer, client, messageCharsMax, timeout);
  }

  @Override
  public boolean isBroken(McpSession session) {
    return session.isLost();
  }

  @Override
  public void close(McpSession session) {
    session.close();
  }
}
