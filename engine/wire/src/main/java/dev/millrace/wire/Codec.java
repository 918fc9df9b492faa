package dev.millrace.wire;

/** Turns one kind of record value into bytes and back. Stateless for its callers; thread-safe. */
public interface Codec<T> {
  byte[] encode(T value);

  /**
   * The value the bytes stand for.
   *
   * @throws UndecodableException if the bytes are not a record of this kind, in any released
   *     version
   */
  T decode(byte[] bytes) throws UndecodableException;
}
