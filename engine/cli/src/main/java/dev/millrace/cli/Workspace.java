package dev.millrace.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder that holds everything a run on this machine leaves behind. Deleting it forgets all.
 *
 * @param folder {@code .millrace} of the checkout, or of the working directory
 */
public record Workspace(Path folder) {
  private static final String HOME = "millrace.home";

  public static Workspace ofProcess() {
    return in(Path.of(System.getProperty(HOME, "")));
  }

  public static Workspace in(Path home) {
    return new Workspace(home.toAbsolutePath().normalize().resolve(".millrace"));
  }

  /** The folder that {@link #folder()} stands in: the project. */
  public Path home() {
    return folder.resolveSibling("");
  }

  public Path broker() {
    return made("broker");
  }

  public Path engine() {
    return made("engine");
  }

  public Path stages() {
    return made("stages");
  }

  /** Values too large for a record; shared by engine and workers of this machine. */
  public Path blobs() {
    return made("blobs");
  }

  public Path corpus() {
    return made("corpus");
  }

  public Path logs() {
    return made("logs");
  }

  public Path runningDev() {
    return folder.resolve("dev.json");
  }

  private Path made(String name) {
    try {
      return Files.createDirectories(folder.resolve(name));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot make " + folder.resolve(name), e);
    }
  }
}
