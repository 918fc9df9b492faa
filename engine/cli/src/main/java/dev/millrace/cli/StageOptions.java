package dev.millrace.cli;

import java.util.Map;
import picocli.CommandLine.Option;

/** Settings of the stages that run in this process. */
final class StageOptions {
  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "A setting of the stages, e.g. llm.provider=ollama. Keys of services come from the"
              + " environment: llm.api-key-env=NAME.")
  private Map<String, String> settings = Map.of();

  Map<String, String> settings() {
    return settings;
  }
}
