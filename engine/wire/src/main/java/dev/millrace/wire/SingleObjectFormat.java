package dev.millrace.wire;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificRecordBase;

/**
 * Avro's single-object encoding: two magic bytes, then the fingerprint of the writer's schema.
 *
 * @see <a href="https://avro.apache.org/docs/1.12.0/specification/#single-object-encoding">Avro
 *     specification, "Single-object encoding"</a>
 */
final class SingleObjectFormat<R extends SpecificRecordBase> implements RecordFormat<R> {
  static final byte MAGIC_0 = (byte) 0xC3;
  static final byte MAGIC_1 = 0x01;
  private static final int HEADER_BYTES = 10;
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final AvroType<R> type;
  private final byte[] header;
  private final Map<Long, DatumReader<R>> readers;

  SingleObjectFormat(AvroType<R> type) {
    this.type = type;
    this.header = header(type.schema());
    this.readers = readers(type);
  }

  private static byte[] header(Schema schema) {
    var bytes = new byte[HEADER_BYTES];
    bytes[0] = MAGIC_0;
    bytes[1] = MAGIC_1;
    LONGS.set(bytes, 2, SchemaNormalization.parsingFingerprint64(schema));
    return bytes;
  }

  private static <R extends SpecificRecordBase> Map<Long, DatumReader<R>> readers(
      AvroType<R> type) {
    var readers = new HashMap<Long, DatumReader<R>>();
    ReleasedSchemas.of(type.schema())
        .forEach((fingerprint, schema) -> readers.put(fingerprint, reader(type, schema)));
    return Map.copyOf(readers);
  }

  private static <R extends SpecificRecordBase> DatumReader<R> reader(
      AvroType<R> type, Schema released) {
    try {
      return type.reader(released);
    } catch (UndecodableException e) {
      throw new IllegalStateException("released/" + type.schema().getName() + " is misplaced", e);
    }
  }

  static boolean recognises(byte[] bytes) {
    return bytes.length >= 2 && bytes[0] == MAGIC_0 && bytes[1] == MAGIC_1;
  }

  @Override
  public byte[] write(R written) throws IOException {
    return type.write(header, written);
  }

  @Override
  public R read(byte[] bytes) throws UndecodableException, IOException {
    if (!recognises(bytes)) {
      throw new UndecodableException(describe(bytes));
    }
    if (bytes.length < HEADER_BYTES) {
      throw new UndecodableException("cut off within its header, after " + bytes.length + " bytes");
    }
    var fingerprint = (long) LONGS.get(bytes, 2);
    var reader = readers.get(fingerprint);
    if (reader == null) {
      throw new UndecodableException(unknown(fingerprint));
    }
    return AvroType.read(reader, bytes, HEADER_BYTES);
  }

  private String describe(byte[] bytes) {
    if (bytes.length == 0) {
      return "expected a " + type.schema().getName() + ", got an empty value";
    }
    if (ConfluentFormat.recognises(bytes)) {
      return "starts like a record of a schema registry (magic byte 0), and no registry is"
          + " configured";
    }
    return "expected a "
        + type.schema().getName()
        + " in Avro's single-object encoding (c301…), got "
        + bytes.length
        + " bytes that start with "
        + HexFormat.of().formatHex(bytes, 0, Math.min(bytes.length, HEADER_BYTES));
  }

  private String unknown(long fingerprint) {
    return "its schema, fingerprint "
        + HexFormat.of().toHexDigits(fingerprint)
        + ", is no released version of "
        + type.schema().getFullName()
        + "; was it written by a newer Millrace, or for another topic?";
  }
}
