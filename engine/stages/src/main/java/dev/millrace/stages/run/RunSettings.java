package dev.millrace.stages.run;

import dev.millrace.stages.StageSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a worker may run, and within which bounds.
 *
 * @param allowed commands and scripts; nothing unless the worker's owner says so
 * @param inherited variables of the worker's own environment that a process gets, by name
 * @param folder where processes work; null for a folder of each attempt's own, removed after it
 * @param scratch where such folders are made
 * @param outputBytesMax of each of stdout and stderr that is kept, from {@link #OUTPUT_BYTES_MIN}
 *     to {@link #OUTPUT_BYTES_LIMIT}
 * @param timeout of one attempt, if the definition sets none that is shorter
 * @param concurrencyMax processes under way at once
 */
record RunSettings(
    AllowList allowed,
    List<String> inherited,
    @Nullable Path folder,
    Path scratch,
    int outputBytesMax,
    Duration timeout,
    int concurrencyMax) {
  static final String ALLOW = "run.allow";
  static final String ENVIRONMENT = "run.environment";
  static final String FOLDER = "run.folder";
  static final String OUTPUT_BYTES_MAX = "run.output-bytes-max";
  static final String TIMEOUT_SECONDS = "run.timeout-seconds";
  static final String CONCURRENCY_MAX = "run.concurrency-max";

  /** Default of {@value #OUTPUT_BYTES_MAX}: two of them fit into a record of the usual size. */
  static final int OUTPUT_BYTES = 256 * 1024;

  static final int OUTPUT_BYTES_MIN = 1_024;
  static final int OUTPUT_BYTES_LIMIT = 16 * 1024 * 1024;

  private static final Duration TIMEOUT = Duration.ofMinutes(30);
  private static final int CONCURRENCY = 8;

  /**
   * @throws IllegalArgumentException if a setting is no number where one is needed, or out of range
   */
  static RunSettings of(StageSettings settings) {
    return new RunSettings(
        AllowList.parse(settings.value(ALLOW).orElse("")),
        names(settings.value(ENVIRONMENT)).toList(),
        settings.value(FOLDER).map(Path::of).map(Path::toAbsolutePath).orElse(null),
        settings.dataFolder().resolve("run").toAbsolutePath(),
        outputBytes(number(settings, OUTPUT_BYTES_MAX, OUTPUT_BYTES)),
        settings
            .value(TIMEOUT_SECONDS)
            .map(text -> Duration.ofSeconds(number(TIMEOUT_SECONDS, text)))
            .orElse(TIMEOUT),
        number(settings, CONCURRENCY_MAX, CONCURRENCY));
  }

  private static int outputBytes(int bytes) {
    if (bytes < OUTPUT_BYTES_MIN || bytes > OUTPUT_BYTES_LIMIT) {
      throw new IllegalArgumentException(
          "%s is from %d to %d: %d"
              .formatted(OUTPUT_BYTES_MAX, OUTPUT_BYTES_MIN, OUTPUT_BYTES_LIMIT, bytes));
    }
    return bytes;
  }

  private static int number(StageSettings settings, String name, int otherwise) {
    return settings.value(name).map(text -> number(name, text)).orElse(otherwise);
  }

  private static int number(String name, String text) {
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException(name + " is a whole number from 1: " + text);
    }
    return Integer.parseInt(text);
  }

  static Stream<String> names(Optional<String> list) {
    return list.stream()
        .flatMap(text -> Arrays.stream(text.split(",")))
        .map(String::strip)
        .filter(name -> !name.isEmpty());
  }

  /** The variables of this worker's environment that every process gets. */
  Map<String, String> inheritedFrom(Map<String, String> environment) {
    var all = new java.util.HashMap<String, String>();
    for (var name : inherited) {
      var value = environment.get(name);
      if (value != null) {
        all.put(name, value);
      }
    }
    return all;
  }
}
