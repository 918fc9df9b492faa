package dev.millrace.wire;

import org.apache.avro.specific.SpecificRecordBase;

/**
 * One record of the core as an Avro record, and back. Either way is pure.
 *
 * @param <T> the core's record
 * @param <R> the generated class
 */
interface Mapping<T, R extends SpecificRecordBase> {

  /**
   * The value as Avro holds it.
   *
   * @throws IllegalArgumentException if the value cannot travel
   */
  R toAvro(T value);

  /**
   * The value as the core knows it.
   *
   * @throws RuntimeException of any kind if the record, though well-formed, means nothing
   */
  T toCore(R written);
}
