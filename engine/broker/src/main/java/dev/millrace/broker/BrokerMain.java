package dev.millrace.broker;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * The embedded broker as a process of its own: {@code --data DIR [--port N] [--controller-port N]}.
 * Prints {@value #READY} and its address when clients may come; ends in order on SIGTERM.
 */
public final class BrokerMain {
  /** What the line on standard output begins with when the broker accepts clients. */
  public static final String READY = "broker ready at ";

  private static final int DEFAULT_PORT = 9092;
  private static final int USAGE_ERROR = 64;
  private static final Set<String> OPTIONS = Set.of("--data", "--port", "--controller-port");

  private BrokerMain() {}

  @SuppressWarnings("SystemOut") // A command's own output; READY is what its parent waits for.
  public static void main(String[] arguments) {
    try {
      var settings = settings(arguments);
      quietLogging();
      var broker = EmbeddedBroker.start(settings);
      Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "broker-shutdown"));
      System.out.println(READY + broker.bootstrapServers());
      broker.awaitShutdown();
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(USAGE_ERROR);
    }
  }

  static BrokerSettings settings(String... arguments) {
    var options = options(arguments);
    var data = options.get("--data");
    if (data == null) {
      throw new IllegalArgumentException("--data DIR is missing");
    }
    return new BrokerSettings(
        Path.of(data),
        number(options, "--port", DEFAULT_PORT),
        number(options, "--controller-port", 0));
  }

  private static Map<String, String> options(String... arguments) {
    var options = new HashMap<String, String>();
    for (int i = 0; i < arguments.length; i += 2) {
      if (!OPTIONS.contains(arguments[i]) || i + 1 == arguments.length) {
        throw new IllegalArgumentException("not an option with a value: " + arguments[i]);
      }
      options.put(arguments[i], arguments[i + 1]);
    }
    return options;
  }

  private static int number(Map<String, String> options, String name, int otherwise) {
    var text = options.get(name);
    try {
      return text == null ? otherwise : Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(name + " is a number, not '" + text + "'", e);
    }
  }

  /** Kafka logs hundreds of lines at start; only what a person must act on is left. */
  private static void quietLogging() {
    if (System.getProperty("logback.configurationFile") == null) {
      System.setProperty("logback.configurationFile", "logback-broker.xml");
    }
  }
}
