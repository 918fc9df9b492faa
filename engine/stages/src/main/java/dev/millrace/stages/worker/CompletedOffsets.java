package dev.millrace.stages.worker;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.NavigableSet;
import java.util.TreeSet;

/**
 * What of one partition is done, when work finishes in another order than it began.
 *
 * <p>Kafka keeps one offset per partition and group: everything below it is done. Work finishes out
 * of order, so the offset kept is that of the first unfinished record, and the metadata kept beside
 * it says what beyond it is finished. After a restart or a rebalance only the gaps are done again.
 *
 * <p>The state is one sentence: every offset below {@code next} is completed, unless it is in
 * {@code incomplete}. Offsets that hold no record (transaction markers, compacted records) need no
 * rule of their own: they are never begun, so they never count as a gap.
 *
 * <p>The metadata is a list of run lengths, gap and completed in turn, from the committed offset
 * on. A bitmap would need a bit per record, so that one task of 30 s at 1,000 records per second
 * would fill it; run lengths grow with the number of unfinished records, which is bounded by {@link
 * #INCOMPLETE_MAX}, and not with the distance between them. The bound makes the metadata fit
 * always.
 *
 * <p>Not thread-safe.
 */
final class CompletedOffsets {
  /** The broker's default {@code offset.metadata.max.bytes}. */
  static final int METADATA_LENGTH_MAX = 4096;

  /**
   * Most records of one partition under way. Past it the partition is not read on. A gap and the
   * run behind it take at most 6 bytes (runs below {@link #RUN_MAX}), 8 characters: 500 of them
   * take 4,000.
   */
  static final int INCOMPLETE_MAX = 500;

  /** No partition takes as many records while one task runs. */
  private static final long RUN_MAX = 1L << 35;

  private static final String FORMAT = "r1:";

  private final NavigableSet<Long> incomplete = new TreeSet<>();
  private long next;
  private long delivered;

  /**
   * What to commit: everything below {@code offset} is done.
   *
   * @param metadata what beyond it is done; empty if nothing is; at most {@value
   *     #METADATA_LENGTH_MAX} ASCII characters
   */
  record Commit(long offset, String metadata) {}

  private CompletedOffsets(long next) {
    this.next = next;
    this.delivered = next - 1;
  }

  /** Nothing is known below {@code position}, and nothing beyond it is done. */
  static CompletedOffsets from(long position) {
    return new CompletedOffsets(position);
  }

  /**
   * The state that was committed. Metadata of another writer says nothing about what is done, so it
   * counts as empty: work may then be repeated, never lost.
   */
  static CompletedOffsets restore(Commit commit) {
    var offsets = new CompletedOffsets(commit.offset());
    if (commit.metadata().startsWith(FORMAT)) {
      try {
        offsets.readRuns(
            Base64.getUrlDecoder().decode(commit.metadata().substring(FORMAT.length())));
      } catch (IllegalArgumentException _) {
        return new CompletedOffsets(commit.offset());
      }
    }
    return offsets;
  }

  /**
   * Takes note of a record the consumer has delivered. Records come in the order of their offsets,
   * so a gap that was passed over holds no record any more; and an offset that comes again means
   * that the log was reset, after which nothing known before holds.
   *
   * @return whether its work is still to be done
   */
  boolean begin(long offset) {
    if (offset <= delivered) {
      incomplete.clear();
      next = offset;
    } else {
      incomplete.subSet(delivered + 1, offset).clear();
    }
    delivered = offset;
    if (offset >= next) {
      incomplete.add(offset);
      next = offset + 1;
    }
    return incomplete.contains(offset);
  }

  /** The consumer has delivered everything below {@code position}; what was not begun is no gap. */
  void passTo(long position) {
    if (position > delivered + 1) {
      incomplete.subSet(delivered + 1, position).clear();
      delivered = position - 1;
      next = Math.max(next, position);
    }
  }

  /** An offset that was not begun, or was completed already, changes nothing. */
  void complete(long offset) {
    incomplete.remove(offset);
  }

  /** How many are begun and not completed, those before a restart included. */
  int incomplete() {
    return incomplete.size();
  }

  Commit commit() {
    return incomplete.isEmpty() ? new Commit(next, "") : new Commit(incomplete.first(), runs());
  }

  private String runs() {
    var bytes = new ByteArrayOutputStream();
    long at = incomplete.first();
    while (at < next) {
      long gapEnd = at;
      while (incomplete.contains(gapEnd)) {
        gapEnd++;
      }
      if (gapEnd == next) {
        break;
      }
      var nextGap = incomplete.higher(gapEnd);
      long runEnd = nextGap == null ? next : nextGap;
      writeVarint(bytes, gapEnd - at);
      writeVarint(bytes, runEnd - gapEnd);
      at = runEnd;
    }
    return bytes.size() == 0
        ? ""
        : FORMAT + Base64.getUrlEncoder().withoutPadding().encodeToString(bytes.toByteArray());
  }

  /**
   * @throws IllegalArgumentException if these are no run lengths this class wrote
   */
  private void readRuns(byte[] encoded) {
    var bytes = ByteBuffer.wrap(encoded);
    while (bytes.hasRemaining()) {
      long gap = readVarint(bytes);
      long run = readVarint(bytes);
      if (gap < 1 || gap > INCOMPLETE_MAX - incomplete.size() || run < 1 || run >= RUN_MAX) {
        throw new IllegalArgumentException("gap of " + gap + ", run of " + run);
      }
      for (long offset = next; offset < next + gap; offset++) {
        incomplete.add(offset);
      }
      next += gap + run;
    }
  }

  private static void writeVarint(ByteArrayOutputStream bytes, long value) {
    for (; value > 0x7f; value >>>= 7) {
      bytes.write((int) (value & 0x7f | 0x80));
    }
    bytes.write((int) value);
  }

  private static long readVarint(ByteBuffer bytes) {
    long value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
      if (!bytes.hasRemaining()) {
        break;
      }
      byte part = bytes.get();
      value |= (long) (part & 0x7f) << shift;
      if (part >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a run length that does not end");
  }
}
