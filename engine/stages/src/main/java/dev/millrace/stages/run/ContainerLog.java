package dev.millrace.stages.run;

import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.models.V1ContainerState;
import io.kubernetes.client.openapi.models.V1Pod;
import java.io.IOException;
import java.time.Duration;
import java.util.function.Consumer;
import okhttp3.Call;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows what the container of a job writes, line by line while it runs. A stream that broke is
 * read again from its beginning, and what was handed on before is not handed on twice.
 */
final class ContainerLog implements AutoCloseable {

  /** How often a container that has not begun is looked at, and a broken stream begun again. */
  static final Duration LOOK = Duration.ofSeconds(1);

  /** How long the stream may go on when the job has ended. */
  static final Duration END_MAX = Duration.ofSeconds(10);

  private static final Logger LOG = LoggerFactory.getLogger(ContainerLog.class);

  private final ContainerJobs jobs;
  private final String job;
  private final int bytesMax;
  private final ProcessRedaction redaction;
  private final Consumer<String> lines;
  private final Thread thread;
  private int handedOn;
  private volatile @Nullable BoundedOutput whole;
  private volatile @Nullable Call reading;
  private volatile boolean isClosed;
  private boolean isTold;
  private String waiting = "";

  private ContainerLog(
      ContainerJobs jobs,
      String job,
      int bytesMax,
      ProcessRedaction redaction,
      Consumer<String> lines) {
    this.redaction = redaction;
    this.jobs = jobs;
    this.job = job;
    this.bytesMax = bytesMax;
    this.lines = lines;
    this.thread = Thread.ofVirtual().name("log-" + job).unstarted(this::follow);
  }

  /**
   * Begins in the background.
   *
   * @param bytesMax of the log that are kept
   * @param redaction of the log, before it is cut
   * @param lines gets each line, within the bounds of {@link BoundedOutput}
   */
  static ContainerLog follow(
      ContainerJobs jobs,
      String job,
      int bytesMax,
      ProcessRedaction redaction,
      Consumer<String> lines) {
    var log = new ContainerLog(jobs, job, bytesMax, redaction, lines);
    log.thread.start();
    return log;
  }

  /**
   * The log of a job that has ended.
   *
   * @param pod of that job; null if it is gone, and its log with it
   */
  String end(@Nullable V1Pod pod) throws ApiException, IOException, InterruptedException {
    if (pod != null) {
      thread.join(END_MAX);
    }
    close();
    thread.join();
    var output = whole;
    if (output == null && pod != null) {
      output = read(pod, false);
    }
    return output == null ? "" : output.text();
  }

  @Override
  public void close() {
    isClosed = true;
    thread.interrupt();
    var call = reading;
    if (call != null) {
      call.cancel();
    }
  }

  private void follow() {
    try {
      while (whole == null && !isClosed) {
        whole = attempt();
        if (whole == null) {
          Thread.sleep(LOOK);
        }
      }
    } catch (InterruptedException _) {
      LOG.debug("no longer following {}", job);
    }
  }

  /** Null if the container has not begun, or the stream broke before its end. */
  private @Nullable BoundedOutput attempt() {
    try {
      var pod = jobs.pod(job).filter(this::hasBegun);
      return pod.isPresent() ? read(pod.get(), true) : null;
    } catch (ApiException | IOException | RuntimeException e) {
      if (!isClosed && !isTold) {
        isTold = true;
        LOG.warn("the log of job {} cannot be followed now: {}", job, e.toString());
      }
      return null;
    }
  }

  private BoundedOutput read(V1Pod pod, boolean follows) throws ApiException, IOException {
    var output = new BoundedOutput(bytesMax, redaction, new Following());
    var call = jobs.log(pod, follows);
    reading = call;
    try (var response = call.execute()) {
      if (!response.isSuccessful()) {
        throw new ApiException(response.code(), "no log of job " + job);
      }
      output.read(response.body().byteStream());
    }
    return output;
  }

  /** Hands on what comes after the lines that were. */
  private final class Following implements Consumer<String> {
    private int seen;

    @Override
    public void accept(String line) {
      if (++seen > handedOn) {
        handedOn = seen;
        lines.accept(line);
      }
    }
  }

  private boolean hasBegun(V1Pod pod) {
    var state = state(pod);
    if (state == null) {
      return false;
    }
    tellWaiting(state);
    return state.getRunning() != null || state.getTerminated() != null;
  }

  static @Nullable V1ContainerState state(V1Pod pod) {
    var status = pod.getStatus();
    return status == null || status.getContainerStatuses() == null
        ? null
        : status.getContainerStatuses().stream()
            .filter(container -> ContainerSpec.CONTAINER.equals(container.getName()))
            .findFirst()
            .map(container -> container.getState())
            .orElse(null);
  }

  /** An image that cannot be pulled is nothing a job ever fails of. */
  private void tellWaiting(V1ContainerState state) {
    var why = state.getWaiting();
    var reason = why == null ? "" : String.valueOf(why.getReason());
    if (!reason.isEmpty() && !reason.equals(waiting)) {
      LOG.info("job {} waits: {} {}", job, reason, why == null ? "" : why.getMessage());
    }
    waiting = reason;
  }
}
