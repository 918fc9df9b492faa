package dev.millrace.wire;

import dev.millrace.schema.v1.DeadLetter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.avro.util.ClassSecurityValidator;

/**
 * One generated record class: its schema, and its Avro body without any header.
 *
 * <p>Decoding allocates in proportion to the bytes it is given: Avro checks each length against
 * what is left of the array before it allocates.
 */
final class AvroType<R extends SpecificRecordBase> {
  private static final int FIRST_BYTES = 512;

  static {
    // Avro creates no class it was not told to trust; the only door to that list is a global one.
    var before = ClassSecurityValidator.getGlobal();
    var ours = DeadLetter.class.getPackageName();
    ClassSecurityValidator.setGlobal(
        it -> before.isTrusted(it) || it.getPackageName().equals(ours));
  }

  private final Class<R> type;
  private final Schema schema;
  private final SpecificData data;
  private final DatumWriter<R> writer;

  AvroType(Class<R> type) {
    this.type = type;
    this.data = SpecificData.getForClass(type);
    this.schema = data.getSchema(type);
    this.writer = new SpecificDatumWriter<>(schema, data);
  }

  Schema schema() {
    return schema;
  }

  Class<R> type() {
    return type;
  }

  byte[] write(byte[] header, R written) throws IOException {
    var out = new ByteArrayOutputStream(FIRST_BYTES);
    out.write(header, 0, header.length);
    writer.write(written, EncoderFactory.get().directBinaryEncoder(out, null));
    return out.toByteArray();
  }

  /**
   * A reader of what {@code writerSchema} wrote; thread-safe.
   *
   * @throws UndecodableException if that schema is of another record
   */
  DatumReader<R> reader(Schema writerSchema) throws UndecodableException {
    if (!writerSchema.getFullName().equals(schema.getFullName())) {
      throw new UndecodableException(
          "expected a " + schema.getFullName() + ", got a " + writerSchema.getFullName());
    }
    try {
      return data.getFastReaderBuilder().createDatumReader(writerSchema, schema);
    } catch (IOException | AvroRuntimeException e) {
      throw new UndecodableException(
          "its version of " + schema.getFullName() + " cannot be read as ours: " + e.getMessage(),
          e);
    }
  }

  @SuppressWarnings("NullAway") // Avro's "nothing to reuse" is null
  static <R> R read(DatumReader<R> reader, byte[] bytes, int offset) throws IOException {
    var decoder = DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
    var record = reader.read(null, decoder);
    if (!decoder.isEnd()) {
      throw new EOFException("bytes follow the end of the record");
    }
    return record;
  }
}
