package dev.millrace.sagas.coding;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The folder where the steps of {@code coding/change} work: their scripts, the repository, work
 * trees of runs under way, and artifacts of all.
 */
public final class CodingSite {
  /** The agent that ships. It plays a script, and says so. */
  public static final String SCRIPTED_AGENT = "exec sh \"$CODING_HOME/bin/agent\"";

  private static final String TESTS = "sh test/run.sh";
  private static final Duration SCRIPT_TIMEOUT = Duration.ofMinutes(1);

  /** Longer than any task of the definition may take, so that the definition decides. */
  private static final Duration STEP_TIMEOUT = Duration.ofHours(1);

  private static final List<String> PROGRAMS =
      List.of("bin/step", "bin/agent", "bin/setup", "bin/review");
  private static final List<String> PROJECT =
      List.of("project/slug.sh", "project/test/run.sh", "project/test/slug.sh");

  private final Path folder;

  private CodingSite(Path folder) {
    this.folder = folder;
  }

  /**
   * Puts the scripts into a folder and, if there is none yet, a bare repository with a small
   * project. What is there of earlier runs stays.
   *
   * @param agent command of the agent, a line for {@code sh}; it is the owner's, never an input's
   * @throws IOException if the folder cannot be written, or there is no git
   */
  public static CodingSite install(Path folder, String agent) throws IOException {
    var site = new CodingSite(folder.toAbsolutePath().normalize());
    for (var name : PROGRAMS) {
      site.write(name, CodingSaga.text(name));
    }
    for (var name : PROJECT) {
      site.write(name, CodingSaga.text(name));
    }
    site.write("config/agent", agent);
    site.write("config/tests", TESTS);
    site.script("setup");
    return site;
  }

  /**
   * Gives a run a bare repository of its own with the small project as it was at first, unless it
   * has one. Without, a run works on {@link #repository()}, and finds there what others made.
   *
   * @return the repository, which stays when the run has ended
   * @throws IOException if it cannot be made
   */
  public Path repositoryOf(String run) throws IOException {
    script("setup", run);
    return folder.resolve("remotes").resolve(run + ".git");
  }

  /** What lets the stage {@code run} do the steps, and nothing outside of this folder by itself. */
  public Map<String, String> settings() {
    return Map.of(
        "run.allow", "sh",
        "run.folder", folder.toString(),
        "run.timeout-seconds", Long.toString(STEP_TIMEOUT.toSeconds()));
  }

  /** The bare repository of all runs that have none of their own. */
  public Path repository() {
    return folder.resolve("remote.git");
  }

  /** What the steps of a run left, by step and attempt. It stays when the run is cleaned up. */
  public Path artifacts(String run) {
    return folder.resolve("artifacts").resolve(run);
  }

  /** Work trees and records of a run; gone when it is cleaned up. */
  public Path workOf(String run) {
    return folder.resolve("runs").resolve(run);
  }

  /**
   * Merges the pull request of a run, as a reviewer would who agrees.
   *
   * @return what was done, for people
   * @throws IOException if there is none, or the main branch has moved on
   */
  public String review(String run) throws IOException {
    return script("review", run);
  }

  /** Another process may read the file meanwhile: it is there as a whole, or not at all. */
  private void write(String name, String content) throws IOException {
    var file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    var part = Files.writeString(file.resolveSibling(file.getFileName() + ".part"), content);
    Files.move(part, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
  }

  private String script(String... words) throws IOException {
    var command = new ArrayList<>(List.of("sh", "bin/" + words[0]));
    command.addAll(List.of(words).subList(1, words.length));
    var output = Files.createTempFile(folder, "script", ".out");
    try {
      var code = run(command, output);
      var said = Files.readString(output, StandardCharsets.UTF_8).strip();
      if (code != 0) {
        throw new IOException("'%s' ended with %d: %s".formatted(words[0], code, said));
      }
      return said;
    } finally {
      Files.delete(output);
    }
  }

  private int run(List<String> command, Path output) throws IOException {
    var process =
        new ProcessBuilder(command)
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    try {
      if (process.waitFor(SCRIPT_TIMEOUT.toSeconds(), TimeUnit.SECONDS)) {
        return process.exitValue();
      }
      throw new IOException("'" + command + "' took longer than " + SCRIPT_TIMEOUT);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted in '" + command + "'", e);
    } finally {
      process.destroyForcibly();
    }
  }
}
