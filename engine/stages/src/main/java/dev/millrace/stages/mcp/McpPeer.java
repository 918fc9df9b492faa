package dev.millrace.stages.mcp;

import dev.millrace.stages.http.Authentication;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whom to talk to, and as whom: requests with the same peer share a session.
 *
 * @param protocolVersion the only one to speak; null for any that both sides know
 */
record McpPeer(
    Transport transport,
    String clientName,
    String clientVersion,
    @Nullable String protocolVersion) {

  sealed interface Transport {
    /** As an error may show it: without what may be secret. */
    String shown();
  }

  /** The streamable HTTP transport. */
  record Http(URI endpoint, Map<String, String> headers, Authentication authentication)
      implements Transport {
    Http {
      headers = Map.copyOf(headers);
    }

    @Override
    public String shown() {
      return endpoint.getScheme() + "://" + endpoint.getRawAuthority() + endpoint.getRawPath();
    }

    /** Without the values of headers. */
    @Override
    public String toString() {
      return shown();
    }
  }

  /** A process of this worker. */
  record Stdio(String command, List<String> arguments, Map<String, String> environment)
      implements Transport {
    Stdio {
      arguments = List.copyOf(arguments);
      environment = Map.copyOf(environment);
    }

    @Override
    public String shown() {
      return "'" + command + "'";
    }

    /** Without arguments and environment. */
    @Override
    public String toString() {
      return shown();
    }
  }

  String shown() {
    return transport.shown();
  }
}
