package dev.millrace.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a running {@code millrace dev} leaves behind for the other commands.
 *
 * @param pid of the process; the file of a process that is gone does not count
 */
public record RunningDev(
    String bootstrapServers, String namespace, @Nullable URI registry, long pid) {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  static Optional<RunningDev> find(Workspace workspace) {
    var file = workspace.runningDev();
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(MAPPER.readValue(file.toFile(), RunningDev.class))
          .filter(RunningDev::isAlive);
    } catch (IOException _) {
      // Half written by a process that was killed; whoever starts next writes it anew.
      return Optional.empty();
    }
  }

  void write(Workspace workspace) {
    var file = workspace.runningDev();
    var draft = file.resolveSibling(file.getFileName() + ".new");
    try {
      Files.createDirectories(workspace.folder());
      MAPPER.writeValue(draft.toFile(), this);
      Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException("cannot write " + file, e);
    }
  }

  /** Removes the file, unless another process has taken over. */
  void forget(Workspace workspace) {
    Path file = workspace.runningDev();
    if (find(workspace).filter(this::equals).isPresent()) {
      try {
        Files.deleteIfExists(file);
      } catch (IOException e) {
        throw new UncheckedIOException("cannot delete " + file, e);
      }
    }
  }

  private boolean isAlive() {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }
}
