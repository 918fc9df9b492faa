package dev.millrace.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * What the stage {@code run} may do. Each option can also be given by the environment, so that
 * commands that only read definitions know the same.
 */
final class RunOptions {
  private static final String ALLOW = "run.allow";
  private static final String ENVIRONMENT = "run.environment";
  private static final String FOLDER = "run.folder";
  private static final String KUBERNETES = "run.kubernetes";
  private static final String IMAGES = "run.container-allow";

  /** The environment variable behind each setting. */
  private static final Map<String, String> VARIABLES =
      Map.of(
          ALLOW, "MILLRACE_RUN_ALLOW",
          ENVIRONMENT, "MILLRACE_RUN_ENV",
          FOLDER, "MILLRACE_RUN_FOLDER",
          KUBERNETES, "MILLRACE_KUBERNETES",
          IMAGES, "MILLRACE_RUN_IMAGES");

  @Option(
      names = "--run-allow",
      paramLabel = "LIST",
      description =
          "Commands that 'run' tasks may start, separated by commas: git, /opt/tools/lint,"
              + " /opt/tools/*, sh for whole shell lines, script:js, script:python, or * for all."
              + " Also MILLRACE_RUN_ALLOW. Default: none.")
  private @Nullable String allow;

  @Option(
      names = "--run-env",
      paramLabel = "NAMES",
      description =
          "Variables of this environment that those commands get, separated by commas. Also"
              + " MILLRACE_RUN_ENV. Default: none.")
  private @Nullable String environment;

  @Option(
      names = "--run-folder",
      paramLabel = "FOLDER",
      description =
          "Where those commands work. Also MILLRACE_RUN_FOLDER. Default: a new folder for each"
              + " attempt, removed after it.")
  private @Nullable String folder;

  @Option(
      names = "--kubernetes",
      paramLabel = "FILE",
      description =
          "kubeconfig of the cluster that runs the containers of 'run' tasks. Also"
              + " MILLRACE_KUBERNETES. Default: the cluster this process runs in, if it does.")
  private @Nullable String kubernetes;

  @Option(
      names = "--run-images",
      paramLabel = "LIST",
      description =
          "Images that 'run' tasks may start containers of, separated by commas: alpine:3,"
              + " ghcr.io/acme/build for all its tags, ghcr.io/acme/*, or * for all. Also"
              + " MILLRACE_RUN_IMAGES. Default: none.")
  private @Nullable String images;

  /** The settings of the stage, as far as they are given. */
  Map<String, String> settings() {
    return settings(System.getenv());
  }

  /** Those of the environment alone, for commands that have no such options. */
  static Map<String, String> ofEnvironment() {
    return new RunOptions().settings();
  }

  Map<String, String> settings(Map<String, String> variables) {
    var given = new HashMap<String, @Nullable String>();
    given.put(ALLOW, allow);
    given.put(ENVIRONMENT, environment);
    given.put(FOLDER, folder);
    given.put(KUBERNETES, kubernetes);
    given.put(IMAGES, images);
    var settings = new TreeMap<String, String>();
    VARIABLES.forEach((name, variable) -> {
      var option = given.get(name);
      var value = option == null ? variables.get(variable) : option;
      if (value != null) {
        settings.put(name, value);
      }
    });
    return settings;
  }
}
