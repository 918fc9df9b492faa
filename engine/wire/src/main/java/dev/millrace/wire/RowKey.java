package dev.millrace.wire;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;

/**
 * The key of one row of what instances share: what is shared in UTF-8, a zero byte, the row's part
 * in UTF-8. So the rows of one channel, gate or schedule stand together, in the order of their
 * parts.
 *
 * @param shared has no zero byte
 */
public record RowKey(String shared, String part) {
  private static final byte END = 0;

  /** Behind every byte of UTF-8. */
  private static final byte LAST = (byte) 0xFF;

  /**
   * @throws IllegalArgumentException if {@code shared} has a zero byte
   */
  public RowKey {
    if (shared.indexOf(END) >= 0) {
      throw new IllegalArgumentException("what is shared has a name without zero bytes");
    }
  }

  public byte[] encode() {
    return bytes(0);
  }

  /** The first key behind this one. */
  public byte[] next() {
    return bytes(1);
  }

  /** Behind all keys whose part begins with this one's. */
  public byte[] lastOfPrefix() {
    var key = bytes(1);
    key[key.length - 1] = LAST;
    return key;
  }

  private byte[] bytes(int more) {
    var first = shared.getBytes(UTF_8);
    var second = part.getBytes(UTF_8);
    return ByteBuffer.allocate(first.length + 1 + second.length + more)
        .put(first)
        .put(END)
        .put(second)
        .array();
  }

  /**
   * @throws UndecodableException if the bytes are no such key
   */
  public static RowKey decode(byte[] key) throws UndecodableException {
    for (int i = 0; i < key.length; i++) {
      if (key[i] == END) {
        return new RowKey(
            new String(key, 0, i, UTF_8), new String(key, i + 1, key.length - i - 1, UTF_8));
      }
    }
    throw new UndecodableException("the key of a row has a zero byte");
  }
}
