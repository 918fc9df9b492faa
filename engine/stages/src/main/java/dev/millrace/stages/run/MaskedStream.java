package dev.millrace.stages.run;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * Hands bytes on with a mask in place of what is to be hidden, however the stream is cut into
 * pieces: what may be the beginning of it waits for the bytes that tell.
 */
final class MaskedStream {
  private static final int UNDECIDED = -1;

  /** Longest first: of two that begin alike the longer one is looked for. */
  private final List<byte[]> hidden;

  private final byte[] mask;
  private final Sink sink;
  private final boolean[] begins = new boolean[256];
  private byte[] held = {};

  /** Where the bytes go. */
  @FunctionalInterface
  interface Sink {
    void accept(byte b);
  }

  /**
   * @param hidden none of them empty
   */
  MaskedStream(List<byte[]> hidden, byte[] mask, Sink sink) {
    this.hidden =
        hidden.stream()
            .sorted(Comparator.<byte[]>comparingInt(each -> each.length).reversed())
            .toList();
    this.mask = mask;
    this.sink = sink;
    for (var each : this.hidden) {
      begins[each[0] & 0xff] = true;
    }
  }

  void add(byte[] bytes, int count) {
    var all = Arrays.copyOf(held, held.length + count);
    System.arraycopy(bytes, 0, all, held.length, count);
    held = rest(all, false);
  }

  /** No more will come. */
  void end() {
    held = rest(held, true);
  }

  /** Hands on what is certain, and returns what is not. */
  private byte[] rest(byte[] all, boolean isEnd) {
    var at = 0;
    while (at < all.length) {
      var length = begins[all[at] & 0xff] ? hiddenLength(all, at, isEnd) : 0;
      if (length == UNDECIDED) {
        return Arrays.copyOfRange(all, at, all.length);
      }
      at += hand(all[at], length);
    }
    return new byte[0];
  }

  private int hand(byte b, int hiddenLength) {
    if (hiddenLength == 0) {
      sink.accept(b);
      return 1;
    }
    for (var each : mask) {
      sink.accept(each);
    }
    return hiddenLength;
  }

  /** How much is to be hidden here; {@link #UNDECIDED} if that depends on what comes. */
  private int hiddenLength(byte[] all, int at, boolean isEnd) {
    for (var each : hidden) {
      var length = Math.min(each.length, all.length - at);
      if (Arrays.equals(all, at, at + length, each, 0, length)) {
        if (length == each.length) {
          return length;
        }
        if (!isEnd) {
          return UNDECIDED;
        }
      }
    }
    return 0;
  }
}
