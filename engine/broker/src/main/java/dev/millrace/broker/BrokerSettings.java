package dev.millrace.broker;

import java.nio.file.Path;

/**
 * Where an embedded broker keeps its data and where it listens.
 *
 * @param data folder of one broker; formatted when it is new, re-opened when it is not
 * @param port of the clients' listener on {@code localhost}; 0 for any free one
 * @param controllerPort of the controller's listener on {@code localhost}; 0 for any free one
 */
public record BrokerSettings(Path data, int port, int controllerPort) {
  private static final int PORT_MAX = 65_535;

  /**
   * @throws IllegalArgumentException if a port is below 0 or above 65535
   */
  public BrokerSettings {
    requirePort(port);
    requirePort(controllerPort);
  }

  /** A broker that listens wherever there is room. */
  public static BrokerSettings onFreePorts(Path data) {
    return new BrokerSettings(data, 0, 0);
  }

  private static void requirePort(int port) {
    if (port < 0 || port > PORT_MAX) {
      throw new IllegalArgumentException("a port is 0 to " + PORT_MAX + ", not " + port);
    }
  }
}
