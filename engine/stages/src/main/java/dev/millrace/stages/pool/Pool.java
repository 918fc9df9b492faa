package dev.millrace.stages.pool;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Connections of a worker that several calls may use at once: one per peer, with a bound on their
 * number. A connection is closed when nobody has used it for some time, when it is broken, when
 * another needs its place, and with the worker.
 *
 * @param <K> what tells peers apart
 * @param <C> a connection
 */
public final class Pool<K, C> implements AutoCloseable {
  private final String name;
  private final int connectionsMax;
  private final Duration idleMax;
  private final Connections<K, C> connections;
  private final InstantSource clock = InstantSource.system();
  private final Map<K, Place> places = new HashMap<>();
  private @Nullable ScheduledExecutorService sweeper;

  /**
   * How connections are made and unmade.
   *
   * @param <K> what tells peers apart
   * @param <C> a connection
   */
  public interface Connections<K, C> {

    /**
     * @throws ExecutionException if it cannot be made; the cause says why
     * @throws TimeoutException if that takes longer than {@code timeout}
     */
    C open(K peer, Duration timeout)
        throws ExecutionException, TimeoutException, InterruptedException;

    /** Whether it has to be made anew. */
    boolean isBroken(C connection);

    /** Ends it within a bounded time. */
    void close(C connection);
  }

  /**
   * @param name of the pool's threads
   * @param connectionsMax connections at once, at least 1
   * @param idleMax how long a connection is kept that nobody uses, positive
   */
  public Pool(String name, int connectionsMax, Duration idleMax, Connections<K, C> connections) {
    this.name = name;
    this.connectionsMax = connectionsMax;
    this.idleMax = idleMax;
    this.connections = connections;
  }

  /** A place for the connection with a peer. Close it when it is not needed any more. */
  public final class Place implements AutoCloseable {
    private final K peer;
    private final ReentrantLock opening = new ReentrantLock();
    private volatile @Nullable C connection;
    private int users;
    private Instant lastUsed = Instant.EPOCH;

    private Place(K peer) {
      this.peer = peer;
    }

    /**
     * The connection; made if there is none that works.
     *
     * @throws ExecutionException if it cannot be made; the cause says why
     * @throws TimeoutException if that takes longer than {@code timeout}
     */
    public C connection(Duration timeout)
        throws ExecutionException, TimeoutException, InterruptedException {
      if (!opening.tryLock(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new TimeoutException();
      }
      try {
        var open = connection;
        if (open == null || connections.isBroken(open)) {
          end();
          open = connections.open(peer, timeout);
          connection = open;
        }
        return open;
      } finally {
        opening.unlock();
      }
    }

    /** Nobody shall use the connection again; it is closed when its last user has gone. */
    public void discard() {
      synchronized (Pool.this) {
        places.remove(peer, this);
      }
    }

    @Override
    public void close() {
      boolean isLast;
      synchronized (Pool.this) {
        users--;
        lastUsed = clock.instant();
        isLast = users == 0 && places.get(peer) != this;
      }
      if (isLast) {
        end();
      }
    }

    private void end() {
      var open = connection;
      if (open != null) {
        connection = null;
        connections.close(open);
      }
    }
  }

  /**
   * @return empty if every place is in use
   */
  public Optional<Place> place(K peer) {
    Place evicted = null;
    Place place;
    synchronized (this) {
      place = places.get(peer);
      if (place == null && places.size() >= connectionsMax) {
        evicted = oldestIdle();
        if (evicted == null) {
          return Optional.empty();
        }
        places.remove(evicted.peer);
      }
      if (place == null) {
        place = new Place(peer);
        places.put(peer, place);
        sweep();
      }
      place.users++;
    }
    if (evicted != null) {
      evicted.end();
    }
    return Optional.of(place);
  }

  private @Nullable Place oldestIdle() {
    return places.values().stream()
        .filter(it -> it.users == 0)
        .min(Comparator.comparing((Place it) -> it.lastUsed))
        .orElse(null);
  }

  /** Looks for idle connections from now on, and ends all with this process. */
  private void sweep() {
    if (sweeper == null) {
      sweeper =
          Executors.newSingleThreadScheduledExecutor(
              Thread.ofPlatform().daemon().name(name + "-idle").factory());
      long everyMs = Math.max(1, idleMax.toMillis() / 2);
      sweeper.scheduleWithFixedDelay(this::closeIdle, everyMs, everyMs, TimeUnit.MILLISECONDS);
      Runtime.getRuntime().addShutdownHook(new Thread(this::close, name + "-close"));
    }
  }

  private void closeIdle() {
    List<Place> idle = new ArrayList<>();
    var before = clock.instant().minus(idleMax);
    synchronized (this) {
      places
          .values()
          .removeIf(place -> {
            boolean isIdle = place.users == 0 && place.lastUsed.isBefore(before);
            if (isIdle) {
              idle.add(place);
            }
            return isIdle;
          });
    }
    idle.forEach(Place::end);
  }

  /** Places with a connection, or with one that is being made. */
  public synchronized int size() {
    return places.size();
  }

  /** Ends all connections, also those in use. */
  @Override
  public void close() {
    List<Place> all;
    synchronized (this) {
      all = List.copyOf(places.values());
      places.clear();
    }
    all.forEach(Place::end);
  }
}
