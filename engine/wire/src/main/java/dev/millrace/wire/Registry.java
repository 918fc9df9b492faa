package dev.millrace.wire;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.avro.AvroRuntimeException;
import org.apache.avro.Schema;
import org.apache.avro.SchemaParser;
import org.jspecify.annotations.Nullable;

/** Schemas by id, each asked for once: a registry never changes what an id means. */
final class Registry {
  /** Ids come out of records, hostile ones too, so neither table may grow with them. */
  static final int IDS_MAX = 1000;

  private final RegistryClient client;
  private final Map<Integer, Schema> known = new ConcurrentHashMap<>();

  Registry(RegistryClient client) {
    this.client = client;
  }

  int register(String subject, Schema schema) {
    return client.register(subject, schema);
  }

  /**
   * @throws UndecodableException if the registry knows no Avro schema by that id
   */
  Schema schema(int id) throws UndecodableException {
    var schema = known.get(id);
    return schema == null ? fetch(id) : schema;
  }

  private Schema fetch(int id) throws UndecodableException {
    var schema = parse(id, client.schema(id).orElse(null));
    if (known.size() >= IDS_MAX) {
      known.clear();
    }
    known.put(id, schema);
    return schema;
  }

  private static Schema parse(int id, @Nullable String text) throws UndecodableException {
    if (text == null) {
      throw new UndecodableException("the schema registry knows no schema of id " + id);
    }
    try {
      return new SchemaParser().parse(text).mainSchema();
    } catch (AvroRuntimeException e) {
      throw new UndecodableException(
          "the schema of id " + id + " is no Avro schema: " + e.getMessage(), e);
    }
  }
}
