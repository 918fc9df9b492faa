package dev.millrace.wire;

import dev.millrace.core.InstanceId;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/**
 * Key of a journal entry: the instance id in UTF-8, a zero byte, the sequence as eight big-endian
 * bytes. An id holds no control character, so the zero byte ends it: entries of one instance stand
 * together, in order, and no id is a prefix of another.
 *
 * @param sequence counted from 0
 */
public record JournalKey(InstanceId instanceId, long sequence) {
  private static final int SEQUENCE_BYTES = Long.BYTES;

  /**
   * @throws IllegalArgumentException if {@code sequence} is negative: its bytes would sort last
   */
  public JournalKey {
    if (sequence < 0) {
      throw new IllegalArgumentException("a sequence counts from 0, got " + sequence);
    }
  }

  public byte[] encode() {
    var id = instanceId.value().getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(id.length + 1 + SEQUENCE_BYTES)
        .put(id)
        .put((byte) 0)
        .putLong(sequence)
        .array();
  }

  /** What the keys of all entries of the instance begin with, and no other key does. */
  public static byte[] prefix(InstanceId instanceId) {
    var id = instanceId.value().getBytes(StandardCharsets.UTF_8);
    return java.util.Arrays.copyOf(id, id.length + 1);
  }

  /**
   * The entry the key belongs to.
   *
   * @throws UndecodableException if the bytes are no such key
   */
  public static JournalKey decode(byte[] key) throws UndecodableException {
    int end = key.length - SEQUENCE_BYTES - 1;
    if (end < 1 || key[end] != 0) {
      throw new UndecodableException(
          "a journal key is an instance id, a zero byte and eight bytes of sequence, got "
              + key.length
              + " bytes of another form");
    }
    try {
      var id = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(key, 0, end)).toString();
      return new JournalKey(new InstanceId(id), ByteBuffer.wrap(key).getLong(end + 1));
    } catch (CharacterCodingException | IllegalArgumentException e) {
      throw new UndecodableException("a journal key with a wrong part: " + e.getMessage(), e);
    }
  }
}
