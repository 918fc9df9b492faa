package dev.millrace.stages.run;

import static dev.millrace.stages.run.RunSettings.ALLOW;

import dev.millrace.core.WorkflowError.Kind;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The commands a worker may run. An entry is the name of a program ({@code git}, found on the
 * worker's path), an absolute path ({@code /opt/tools/lint}), all programs of a folder ({@code
 * /opt/tools/*}), a language of scripts ({@code script:js}, {@code script:python}), {@code sh} for
 * whole shell lines, or {@code *} for everything.
 *
 * <p>It says which program is started, not what that program does: whoever allows {@code sh} or
 * {@code python3} allows everything the worker's user may do.
 */
record AllowList(List<String> entries) {
  private static final String ALL = "*";
  private static final String ALL_OF_FOLDER = "/*";
  private static final String SCRIPT = "script:";
  private static final String PATH = "PATH";

  AllowList {
    entries = List.copyOf(entries);
  }

  /**
   * @param list entries, separated by commas
   */
  static AllowList parse(String list) {
    return new AllowList(RunSettings.names(Optional.of(list)).toList());
  }

  /**
   * The program to start.
   *
   * @throws NotRunException if it is not allowed, or not there
   */
  Path program(String name) throws NotRunException {
    if (!name.contains("/")) {
      require(entries.contains(name), "'" + name + "'", name);
      return onPath(name);
    }
    var path = path(name);
    require(isListed(path), "'" + path + "'", path.toString());
    if (!Files.isExecutable(path)) {
      throw new NotRunException(
          Kind.CONFIGURATION.error("this worker has no program '" + path + "'"));
    }
    return path;
  }

  /**
   * The program that runs scripts of a language.
   *
   * @throws NotRunException if they are not allowed, or it is not there
   */
  Path interpreter(String language, String program) throws NotRunException {
    require(entries.contains(SCRIPT + language), "scripts in " + language, SCRIPT + language);
    return onPath(program);
  }

  private void require(boolean isListed, String what, String entry) throws NotRunException {
    if (!isListed && !entries.contains(ALL)) {
      throw new NotRunException(
          Kind.AUTHORIZATION.error(
              "this worker may not run %s; its owner allows it with --run-allow '%s' (setting %s)"
                  .formatted(what, entry, ALLOW)));
    }
  }

  private boolean isListed(Path path) {
    return entries.contains(path.toString()) || entries.contains(path.getParent() + ALL_OF_FOLDER);
  }

  private static Path path(String name) throws NotRunException {
    try {
      var path = Path.of(name);
      if (path.isAbsolute()) {
        return path.normalize();
      }
    } catch (InvalidPathException _) { // the same answer as for a relative one
    }
    throw new NotRunException(
        Kind.AUTHORIZATION.error(
            "a command is the name of a program or an absolute path, not '" + name + "'"));
  }

  private static Path onPath(String name) throws NotRunException {
    return Arrays.stream(path().split(File.pathSeparator))
        .filter(folder -> folder.startsWith("/"))
        .map(folder -> Path.of(folder).resolve(name))
        .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
        .findFirst()
        .orElseThrow(() ->
            new NotRunException(
                Kind.CONFIGURATION.error(
                    "there is no program '" + name + "' on this worker's PATH")));
  }

  static String path() {
    return System.getenv().getOrDefault(PATH, "/usr/local/bin:/usr/bin:/bin");
  }
}
