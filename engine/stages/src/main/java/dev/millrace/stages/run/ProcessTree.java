package dev.millrace.stages.run;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a process and everything it began. A child whose parent has died is nobody's descendant any
 * more, so where there is a {@code /proc} the attempt's mark in the environment finds it, too. Who
 * clears his environment and leaves his parent is not found: a container is the wall for that.
 */
final class ProcessTree {
  private static final Logger LOG = LoggerFactory.getLogger(ProcessTree.class);
  private static final Path PROC = Path.of("/proc");

  /** Looks at the processes; the next one finds what was forked during the last. */
  private static final int ROUNDS_MAX = 10;

  /** How long killed processes may take to go away, each round. */
  private static final long ROUND_MS_MAX = 1_000;

  private static final int ENVIRONMENT_BYTES_MAX = 256 * 1024;

  private ProcessTree() {}

  /**
   * @param mark part of the environment of everything that belongs to the process
   */
  static void kill(Process process, String mark) {
    for (var round = 0; round < ROUNDS_MAX; round++) {
      var alive = alive(process, mark);
      if (alive.isEmpty()) {
        return;
      }
      alive.forEach(ProcessHandle::destroyForcibly);
      awaitEnd(alive);
    }
    LOG.warn("processes of {} are left after {} rounds of killing", mark, ROUNDS_MAX);
  }

  private static Set<ProcessHandle> alive(Process process, String mark) {
    var all = new HashSet<ProcessHandle>();
    process.descendants().forEach(all::add);
    all.add(process.toHandle());
    all.addAll(marked(mark));
    all.removeIf(handle -> !handle.isAlive());
    return all;
  }

  private static Set<ProcessHandle> marked(String mark) {
    var marked = new HashSet<ProcessHandle>();
    if (!Files.isDirectory(PROC)) {
      return marked;
    }
    try (var processes = Files.newDirectoryStream(PROC, "[0-9]*")) {
      for (var process : processes) {
        if (hasMark(process.resolve("environ"), mark)) {
          ProcessHandle.of(Long.parseLong(process.getFileName().toString())).ifPresent(marked::add);
        }
      }
    } catch (IOException e) {
      LOG.debug("cannot list {}", PROC, e);
    }
    return marked;
  }

  /** Somebody else's environment cannot be read, and is none of ours. */
  private static boolean hasMark(Path environment, String mark) {
    try (var stream = Files.newInputStream(environment)) {
      return new String(stream.readNBytes(ENVIRONMENT_BYTES_MAX), StandardCharsets.ISO_8859_1)
          .contains(mark);
    } catch (IOException _) {
      return false;
    }
  }

  private static void awaitEnd(Set<ProcessHandle> handles) {
    var ends = handles.stream().map(ProcessHandle::onExit).toArray(CompletableFuture<?>[]::new);
    try {
      CompletableFuture.allOf(ends).get(ROUND_MS_MAX, TimeUnit.MILLISECONDS);
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException | TimeoutException e) {
      LOG.debug("not all ended yet", e);
    }
  }
}
