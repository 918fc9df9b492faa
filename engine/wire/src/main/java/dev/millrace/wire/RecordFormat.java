package dev.millrace.wire;

import java.io.IOException;
import org.apache.avro.specific.SpecificRecordBase;

/** How an Avro record and the name of the schema that wrote it stand in a record's value. */
interface RecordFormat<R extends SpecificRecordBase> {

  /**
   * Does now what the first {@link #write} would do otherwise.
   *
   * @throws IllegalStateException if a registry refuses the schema
   * @throws RegistryUnavailableException if a registry is needed and does not answer
   */
  default void prepare() {}

  /**
   * The record with the name of its schema before it.
   *
   * @throws IllegalStateException if a registry refuses the schema
   * @throws RegistryUnavailableException if a registry is needed and does not answer
   */
  byte[] write(R written) throws IOException;

  /**
   * The record, whichever released version of its schema wrote it.
   *
   * @throws UndecodableException if the bytes name no schema this record can be read with
   * @throws IOException if the bytes do not follow the schema they name
   * @throws RegistryUnavailableException if a registry is needed and does not answer
   */
  R read(byte[] bytes) throws UndecodableException, IOException;
}
