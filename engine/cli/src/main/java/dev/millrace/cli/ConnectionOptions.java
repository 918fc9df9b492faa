package dev.millrace.cli;

import dev.millrace.wire.Topics;
import java.net.URI;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a command is told where to go; without a word it goes to the {@code dev} that runs here. */
final class ConnectionOptions {
  static final String DEFAULT_NAMESPACE = "default";

  @Option(
      names = {"-b", "--bootstrap"},
      paramLabel = "HOST:PORT",
      description = "An existing Kafka. Default: the running 'millrace dev'.")
  private @Nullable String bootstrap;

  @Option(
      names = {"-n", "--namespace"},
      paramLabel = "NAME",
      description = "Prefix of all topics. Default: that of the running dev, or 'default'.")
  private @Nullable String namespace;

  @Option(
      names = "--registry",
      paramLabel = "URL",
      description =
          "Base of a Confluent-compatible schema registry. Default: that of the running dev, or"
              + " none: records then carry the fingerprint of a schema in the jar.")
  private @Nullable URI registry;

  /** Empty when nothing is given and nothing runs. */
  Optional<Connection> find(Workspace workspace) {
    var given = bootstrap;
    if (given != null) {
      return Optional.of(new Connection(given, topics(), registry));
    }
    return RunningDev.find(workspace)
        .map(dev ->
            new Connection(
                dev.bootstrapServers(),
                new Topics(Objects.requireNonNullElse(namespace, dev.namespace())),
                registry == null ? dev.registry() : registry));
  }

  /**
   * @throws CommandFailure if nothing is given and nothing runs, or no broker answers
   */
  Connection reach(Workspace workspace) {
    return find(workspace)
        .orElseThrow(() ->
            new CommandFailure(
                ExitCode.UNREACHABLE,
                "no engine runs here: start 'millrace dev', or name a Kafka with --bootstrap"))
        .reached();
  }

  /**
   * @throws CommandFailure if the namespace is not one
   */
  Topics topics() {
    try {
      return new Topics(Objects.requireNonNullElse(namespace, DEFAULT_NAMESPACE));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  @Nullable URI registry() {
    return registry;
  }

  @Nullable String bootstrap() {
    return bootstrap;
  }
}
