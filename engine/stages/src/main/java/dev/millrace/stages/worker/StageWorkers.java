package dev.millrace.stages.worker;

import dev.millrace.stages.StageSpec;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Executors;

/**
 * The workers of one process, one per stage: inside the engine's process, or apart from it. The
 * topics must exist; a worker finds one that is made later within {@link
 * WorkerClients#METADATA_AGE_MAX}.
 */
public final class StageWorkers implements AutoCloseable {
  private final List<StageWorker> workers;

  private StageWorkers(List<StageWorker> workers) {
    this.workers = workers;
  }

  /** Starts a worker for each of these stages; they join their groups in the background. */
  public static StageWorkers start(Collection<StageSpec> specs, WorkerSettings settings) {
    return new StageWorkers(specs.stream().map(spec -> StageWorker.start(spec, settings)).toList());
  }

  public List<StageWorker> workers() {
    return workers;
  }

  /** Whether every worker has joined its group within this time. */
  public boolean awaitRunning(Duration atMost) throws InterruptedException {
    long end = System.nanoTime() + atMost.toNanos();
    for (var worker : workers) {
      if (!worker.awaitRunning(Duration.ofNanos(end - System.nanoTime()))) {
        return false;
      }
    }
    return true;
  }

  /** Closes all of them at once, each within {@link StageWorker#CLOSE_MAX}. */
  @Override
  public void close() {
    try (var closers = Executors.newVirtualThreadPerTaskExecutor()) {
      workers.forEach(worker -> closers.execute(worker::close));
    }
  }
}
