package dev.millrace.stages.asyncapi;

/**
 * A topic and where it is.
 *
 * @param cluster whose connections may be shared
 */
record KafkaChannel(Cluster cluster, String topic) {

  /**
   * @param bootstrapServers host:port, separated by commas
   */
  record Cluster(String bootstrapServers, boolean tls) {
    @Override
    public String toString() {
      return bootstrapServers;
    }
  }

  /** As an error may show it. */
  String shown() {
    return "topic '" + topic + "' at " + cluster;
  }
}
