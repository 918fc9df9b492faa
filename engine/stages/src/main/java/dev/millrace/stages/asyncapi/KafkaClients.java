package dev.millrace.stages.asyncapi;

import dev.millrace.stages.asyncapi.KafkaChannel.Cluster;
import dev.millrace.stages.http.AuthorizedClient;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;

/** What all clients of other people's clusters have in common. */
final class KafkaClients {
  private static final int CONNECT_TIMEOUT_MS = 5_000;

  private KafkaClients() {}

  static Map<String, Object> common(Cluster cluster, AuthorizedClient credentials) {
    Map<String, Object> config = new HashMap<>();
    config.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, cluster.bootstrapServers());
    var protocol = cluster.tls() ? "SSL" : "PLAINTEXT";
    config.put(
        CommonClientConfigs.SECURITY_PROTOCOL_CONFIG,
        cluster.login() == null ? protocol : "SASL_" + protocol);
    if (cluster.login() != null) {
      config.putAll(KafkaLogin.config(cluster.login(), credentials));
    }
    config.put(CommonClientConfigs.SOCKET_CONNECTION_SETUP_TIMEOUT_MS_CONFIG, CONNECT_TIMEOUT_MS);
    config.put(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, false);
    return config;
  }
}
