package dev.millrace.cli;

import dev.millrace.stages.resource.AllowedLocations;
import dev.millrace.stages.resource.AllowedResources;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/**
 * Where definitions may refer to: what is there is read when they are compiled, and deployed with
 * them.
 */
final class CatalogOptions {
  @Option(
      names = AllowedResources.OPTION,
      paramLabel = "LOCATION",
      split = ",",
      description =
          "Where catalogs, function files and schemas may be read that definitions refer to: an"
              + " address and what is below it, or a folder. Can be given several times. Also "
              + AllowedResources.VARIABLE
              + ", separated by commas. Default: nowhere.")
  private @Nullable List<String> locations;

  /**
   * @throws CommandFailure if a location is none
   */
  AllowedResources resources() {
    return AllowedResources.from(allowed(System.getenv(AllowedResources.VARIABLE)));
  }

  /**
   * @param variable what the environment says; counts for nothing beside the option
   */
  AllowedLocations allowed(@Nullable String variable) {
    try {
      return AllowedLocations.of(given(variable));
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, AllowedResources.OPTION + ": " + e.getMessage(), e);
    }
  }

  private List<String> given(@Nullable String variable) {
    if (locations != null) {
      return locations;
    }
    return variable == null
        ? List.of()
        : Arrays.stream(variable.split(","))
            .map(String::strip)
            .filter(it -> !it.isEmpty())
            .toList();
  }
}
