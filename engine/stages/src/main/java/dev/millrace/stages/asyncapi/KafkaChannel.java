package dev.millrace.stages.asyncapi;

import dev.millrace.stages.http.Authentication;
import org.jspecify.annotations.Nullable;

/**
 * A topic and where it is.
 *
 * @param cluster whose connections may be shared
 */
record KafkaChannel(Cluster cluster, String topic) {

  /**
   * @param bootstrapServers host:port, separated by commas
   * @param login null where nobody is asked who they are
   */
  record Cluster(String bootstrapServers, boolean tls, @Nullable Login login) {
    @Override
    public String toString() {
      return bootstrapServers;
    }
  }

  /**
   * As whom to come, and how to say it.
   *
   * @param mechanism of SASL
   */
  record Login(String mechanism, Authentication authentication) {}

  /** As an error may show it. */
  String shown() {
    return "topic '" + topic + "' at " + cluster;
  }
}
