package dev.millrace.wire;

import java.io.IOException;
import org.apache.avro.specific.SpecificRecordBase;

/** Core record ↔ Avro record ↔ bytes. */
final class AvroCodec<T, R extends SpecificRecordBase> implements Codec<T> {
  private final Mapping<T, R> mapping;
  private final RecordFormat<R> format;

  AvroCodec(Mapping<T, R> mapping, RecordFormat<R> format) {
    this.mapping = mapping;
    this.format = format;
  }

  @Override
  public byte[] encode(T value) {
    try {
      return format.write(mapping.toAvro(value));
    } catch (IOException e) {
      throw new IllegalArgumentException("cannot be written as Avro: " + value, e);
    }
  }

  @Override
  public T decode(byte[] bytes) throws UndecodableException {
    try {
      return mapping.toCore(format.read(bytes));
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      // Whatever hostile bytes make Avro, Jackson or a record's own checks throw means one thing.
      throw new UndecodableException("does not follow its schema: " + e.getMessage(), e);
    }
  }
}
