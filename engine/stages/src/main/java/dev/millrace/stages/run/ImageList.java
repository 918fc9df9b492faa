package dev.millrace.stages.run;

import dev.millrace.core.WorkflowError.Kind;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The images a worker may run; none unless its owner says so. An entry is an image as a definition
 * names it, with its tag or digest ({@code alpine:3}); a repository, for every tag of it ({@code
 * ghcr.io/acme/build}); everything below a registry or folder ({@code ghcr.io/acme/*}); or {@code
 * *} for every image.
 *
 * <p>Names are compared as they are written: {@code alpine} and {@code docker.io/library/alpine}
 * are two.
 */
record ImageList(List<String> entries) {
  private static final String ALL = "*";
  private static final String ALL_BELOW = "/*";
  private static final int LENGTH_MAX = 512;

  /** Host and folders, then perhaps a tag and a digest. */
  private static final Pattern IMAGE =
      Pattern.compile(
          "(?<repository>[A-Za-z0-9][\\w.-]*(:\\d+(?=/))?(/[a-z0-9][a-z0-9._-]*)*)"
              + "(:[\\w][\\w.-]*)?(@[A-Za-z0-9]+:[0-9a-fA-F]+)?");

  ImageList {
    entries = List.copyOf(entries);
  }

  /**
   * @param list entries, separated by commas
   * @throws IllegalArgumentException if one is none
   */
  static ImageList parse(String list) {
    var entries = RunSettings.names(Optional.of(list)).toList();
    for (var entry : entries) {
      var prefix = entry.endsWith(ALL_BELOW) ? entry.substring(0, entry.length() - 2) : entry;
      if (!entry.equals(ALL) && !IMAGE.matcher(prefix).matches()) {
        throw new IllegalArgumentException(
            ContainerSettings.ALLOW
                + " has images, FOLDER/* for all images of a folder, or * for all: "
                + entry);
      }
    }
    return new ImageList(entries);
  }

  /**
   * @throws NotRunException if it is no image, or not one of these
   */
  void require(String image) throws NotRunException {
    var matcher = IMAGE.matcher(image);
    if (image.length() > LENGTH_MAX || !matcher.matches()) {
      throw ProcessArguments.invalid("'image' is the name of an image");
    }
    var repository = matcher.group("repository");
    if (entries.stream().noneMatch(entry -> allows(entry, image, repository))) {
      throw new NotRunException(
          Kind.AUTHORIZATION.error(
              "this worker may not run image '%s'; its owner allows it with --run-images '%s'"
                      .formatted(image, repository)
                  + " (setting "
                  + ContainerSettings.ALLOW
                  + ")"));
    }
  }

  private static boolean allows(String entry, String image, String repository) {
    return entry.equals(ALL)
        || entry.equals(image)
        || entry.equals(repository)
        || (entry.endsWith(ALL_BELOW)
            && repository.startsWith(entry.substring(0, entry.length() - 1)));
  }
}
