package dev.millrace.stages.http;

import dev.millrace.stages.StageSettings;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.util.Set;

/**
 * Where calls may go. A definition is data, and whoever writes it shall not reach the credentials a
 * cloud hands to its machines over link-local addresses.
 *
 * <p>The name is resolved once more when the connection is made; that the answers agree rests on
 * the JVM's DNS cache, so this is a fence against mistakes and simple attacks, not against a
 * hostile name server. Network policy is the wall.
 *
 * @param linkLocalAllowed whether link-local and metadata addresses may be called
 */
public record Destinations(boolean linkLocalAllowed) {

  /** Setting that allows them: {@code true} or {@code false}, the default. */
  public static final String LINK_LOCAL_ALLOWED = "http.link-local-allowed";

  /** Metadata services of AWS over IPv6, and of Alibaba Cloud; all others are link-local. */
  private static final Set<String> METADATA = Set.of("fd00:ec2:0:0:0:0:0:254", "100.100.100.200");

  public static Destinations of(StageSettings settings) {
    return new Destinations(
        settings.value(LINK_LOCAL_ALLOWED).map(Boolean::parseBoolean).orElse(false));
  }

  /**
   * @throws UnknownHostException if the host has no address
   * @throws IllegalArgumentException if one of its addresses may not be called
   */
  public void check(URI uri) throws UnknownHostException {
    check(uri.getHost());
  }

  /**
   * @throws UnknownHostException if the host has no address
   * @throws IllegalArgumentException if one of its addresses may not be called
   */
  public void check(String host) throws UnknownHostException {
    for (var address : InetAddress.getAllByName(host)) {
      if (!linkLocalAllowed && isMetadata(address)) {
        throw new IllegalArgumentException(
            "'%s' has a link-local or metadata address, which may not be called unless %s is true"
                .formatted(host, LINK_LOCAL_ALLOWED));
      }
    }
  }

  private static boolean isMetadata(InetAddress address) {
    return address.isLinkLocalAddress() || METADATA.contains(address.getHostAddress());
  }
}
