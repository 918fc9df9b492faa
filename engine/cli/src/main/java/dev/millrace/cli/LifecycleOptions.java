package dev.millrace.cli;

import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.server.EngineSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Of what instances tell the outside whose definition does not say. */
final class LifecycleOptions {
  @Option(
      names = "--lifecycle",
      paramLabel = "LEVEL",
      description =
          "Which lifecycle events runs publish whose definition does not say: none, workflow, or"
              + " tasks for those of every task too. The same for every engine. Default: workflow.")
  private @Nullable LifecycleLevel level;

  LifecycleLevel level() {
    return level == null ? EngineSettings.LIFECYCLE : level;
  }
}
