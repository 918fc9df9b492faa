package dev.millrace.stages.worker;

import dev.millrace.core.StageName;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.ShedCounts;
import dev.millrace.stages.secret.SecretFunction;
import dev.millrace.stages.secret.SecretRules;
import dev.millrace.stages.secret.SecretStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs one stage in this process: takes its requests from {@code <namespace>.stage.<name>}, runs
 * each through {@link GuardedStage}, and sends the answer to {@code <namespace>.commands}.
 *
 * <p>A request counts as done when the broker has its answer, so every request is executed at least
 * once, and again only if the worker dies between executing and committing (at most {@link
 * PollLoop#COMMIT_INTERVAL} of finished work) or loses its partition with work under way. Every
 * execution of a request carries the same idempotency key.
 *
 * <p>Requests are executed in the order of their partition as far as places allow, and end in any
 * order: a slow one holds one place, not its partition. A worker that fails says why in its log and
 * starts over, after {@link #BACK_OFF_MIN}, doubling up to {@link #BACK_OFF_MAX}.
 */
public final class StageWorker implements AutoCloseable {
  public static final Duration BACK_OFF_MIN = Duration.ofMillis(500);
  public static final Duration BACK_OFF_MAX = Duration.ofSeconds(30);

  /** How long {@link #close} waits: the grace of the work under way, and the broker's calls. */
  public static final Duration CLOSE_MAX =
      PollLoop.CLOSE_GRACE.plus(PollLoop.BROKER_TIMEOUT.multipliedBy(3));

  private static final Logger LOG = LoggerFactory.getLogger(StageWorker.class);

  private final StageSpec spec;
  private final WorkerSettings settings;
  private final GuardedStage guarded;
  private final Tally tally = new Tally();
  private final CountDownLatch closing = new CountDownLatch(1);
  private final CountDownLatch running = new CountDownLatch(1);
  private final Thread thread;
  private volatile WorkerState state = WorkerState.STARTING;

  private StageWorker(StageSpec spec, WorkerSettings settings) {
    this.spec = spec;
    this.settings = settings;
    this.guarded = guarded(spec, settings);
    this.thread = Thread.ofPlatform().name("worker-" + spec.name()).unstarted(this::run);
  }

  /** A stage that was not discovered has the secrets of the environment. */
  private static GuardedStage guarded(StageSpec spec, WorkerSettings settings) {
    return new GuardedStage(
        ClaimedFunction.all(
            SecretFunction.all(spec, SecretStore.ofEnvironment(), SecretRules.ofEnvironment()),
            settings.claimCheck()));
  }

  /** Starts a worker; it joins its group in the background. */
  public static StageWorker start(StageSpec spec, WorkerSettings settings) {
    var worker = new StageWorker(spec, settings);
    worker.thread.start();
    return worker;
  }

  public StageName stage() {
    return spec.name();
  }

  public WorkerState state() {
    return state;
  }

  public WorkerCounts counts() {
    return tally.counts();
  }

  /** Requests that the policies of definitions have sent away. */
  public ShedCounts shed() {
    return guarded.shed();
  }

  /** Whether it has joined its group, once, within this time. */
  public boolean awaitRunning(Duration atMost) throws InterruptedException {
    return running.await(atMost.toNanos(), TimeUnit.NANOSECONDS);
  }

  /**
   * Takes nothing more, lets the work under way end within {@link PollLoop#CLOSE_GRACE}, commits,
   * and leaves the group. What has not ended by then is interrupted, and done again by whoever has
   * the partition next. Closing twice is harmless.
   */
  @Override
  public void close() {
    closing.countDown();
    try {
      if (!thread.join(CLOSE_MAX)) {
        LOG.warn("{}: did not end within {}", spec.name(), CLOSE_MAX);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    try (var _ = new WorkerMetrics(spec.name(), this::counts, guarded.shed())) {
      var backOff = BACK_OFF_MIN;
      while (!isClosing()) {
        long began = System.nanoTime();
        if (endsWell()) {
          return;
        }
        if (System.nanoTime() - began > BACK_OFF_MAX.toNanos()) {
          backOff = BACK_OFF_MIN;
        }
        backOff = pause(backOff);
      }
    } catch (InterruptedException _) {
      LOG.warn("{}: interrupted, ends", spec.name());
    } finally {
      state = WorkerState.CLOSED;
    }
  }

  private boolean isClosing() {
    return closing.getCount() == 0;
  }

  /** Works until it is closed, or says why it could not. */
  private boolean endsWell() throws InterruptedException {
    try {
      work();
      return true;
    } catch (RuntimeException | LinkageError e) {
      LOG.error("{}: the worker failed and starts over", spec.name(), e);
      tally.restarts.increment();
      return false;
    }
  }

  private Duration pause(Duration backOff) throws InterruptedException {
    state = WorkerState.BACKING_OFF;
    if (closing.await(backOff.toMillis(), TimeUnit.MILLISECONDS)) {
      return backOff;
    }
    state = WorkerState.STARTING;
    var next = backOff.multipliedBy(2);
    return next.compareTo(BACK_OFF_MAX) < 0 ? next : BACK_OFF_MAX;
  }

  private void work() throws InterruptedException {
    var failure = new AtomicReference<@Nullable Throwable>();
    try (var producer = WorkerClients.producer(settings);
        var consumer = WorkerClients.consumer(settings, spec.name())) {
      var replies =
          new Replies(settings, producer, tally, cause -> failure.compareAndSet(null, cause));
      new PollLoop(
              spec.name(),
              spec.policy(),
              settings.codecs().topics().stage(spec.name()),
              consumer,
              new Execution(spec.name(), settings, guarded, replies, tally),
              tally,
              failure,
              this::joined)
          .runUntil(this::isClosing);
    }
  }

  private void joined() {
    state = WorkerState.RUNNING;
    running.countDown();
  }
}
