package dev.millrace.wire;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.io.DatumReader;
import org.apache.avro.specific.SpecificRecordBase;
import org.jspecify.annotations.Nullable;

/**
 * The Confluent wire format: a zero byte, the schema's id in a registry as four big-endian bytes.
 * Reads single-object encoding too, so that a registry may be added to a running namespace.
 *
 * @see <a
 *     href="https://docs.confluent.io/platform/current/schema-registry/fundamentals/serdes-develop/index.html#wire-format">Confluent,
 *     "Wire format"</a>
 */
final class ConfluentFormat<R extends SpecificRecordBase> implements RecordFormat<R> {
  static final byte MAGIC = 0;
  private static final int HEADER_BYTES = 5;

  private final AvroType<R> type;
  private final String subject;
  private final Registry registry;
  private final RecordFormat<R> singleObject;
  private final Map<Integer, DatumReader<R>> readers = new ConcurrentHashMap<>();
  private volatile byte @Nullable [] header;

  ConfluentFormat(AvroType<R> type, String topic, Registry registry) {
    this.type = type;
    this.subject = topic + "-value";
    this.registry = registry;
    this.singleObject = new SingleObjectFormat<>(type);
  }

  static boolean recognises(byte[] bytes) {
    return bytes.length > 0 && bytes[0] == MAGIC;
  }

  @Override
  public void prepare() {
    header();
  }

  @Override
  public byte[] write(R written) throws IOException {
    return type.write(header(), written);
  }

  private byte[] header() {
    var known = header;
    if (known == null) {
      int id = registry.register(subject, ReleasedSchemas.asReleased(type.schema()));
      known = ByteBuffer.allocate(HEADER_BYTES).put(MAGIC).putInt(id).array();
      header = known;
    }
    return known;
  }

  @Override
  public R read(byte[] bytes) throws UndecodableException, IOException {
    if (!recognises(bytes)) {
      return singleObject.read(bytes);
    }
    if (bytes.length < HEADER_BYTES) {
      throw new UndecodableException("cut off within its header, after " + bytes.length + " bytes");
    }
    return AvroType.read(reader(ByteBuffer.wrap(bytes).getInt(1)), bytes, HEADER_BYTES);
  }

  private DatumReader<R> reader(int id) throws UndecodableException {
    var reader = readers.get(id);
    if (reader == null) {
      reader = type.reader(registry.schema(id));
      if (readers.size() >= Registry.IDS_MAX) {
        readers.clear();
      }
      readers.put(id, reader);
    }
    return reader;
  }
}
