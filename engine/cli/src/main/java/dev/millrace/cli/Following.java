package dev.millrace.cli;

import dev.millrace.wire.Codec;
import dev.millrace.wire.UndecodableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.jspecify.annotations.Nullable;

/** The records of one kind that a topic holds, and then those that come. */
final class Following<T> implements AutoCloseable {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  private final TopicTail tail;
  private final Codec<T> codec;
  private final Predicate<byte[]> ofInterest;

  /**
   * @param ofInterest asked about a record's key before its value is decoded
   */
  Following(TopicTail tail, Codec<T> codec, Predicate<byte[]> ofInterest) {
    this.tail = tail;
    this.codec = codec;
    this.ofInterest = ofInterest;
  }

  /** The next ones, in order within a partition; waits a moment for one, not longer. */
  List<Placed<T>> next() {
    return next(POLL_TIMEOUT);
  }

  /** The next ones that are there already. */
  List<Placed<T>> nextAtOnce() {
    return next(Duration.ZERO);
  }

  private List<Placed<T>> next(Duration timeout) {
    return tail.poll(timeout).stream().filter(this::isOfInterest).map(this::decoded).toList();
  }

  /** All that the topic held when this began. */
  List<Placed<T>> soFar() {
    var all = new ArrayList<Placed<T>>();
    while (!tail.caughtUp()) {
      all.addAll(next());
    }
    return List.copyOf(all);
  }

  /** Whether all that the topic held when this began has been read. */
  boolean caughtUp() {
    return tail.caughtUp();
  }

  @Override
  public void close() {
    tail.close();
  }

  private boolean isOfInterest(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] key = record.key();
    byte @Nullable [] value = record.value();
    return value != null && (key == null || ofInterest.test(key));
  }

  private Placed<T> decoded(ConsumerRecord<byte[], byte[]> record) {
    try {
      return new Placed<>(record.partition(), record.offset(), codec.decode(record.value()));
    } catch (UndecodableException e) {
      throw new IllegalStateException(
          record.topic() + " holds what it should not: " + e.getMessage(), e);
    }
  }

  /** A record's content with where it stands in its topic. */
  record Placed<T>(int partition, long offset, T value) {}
}
