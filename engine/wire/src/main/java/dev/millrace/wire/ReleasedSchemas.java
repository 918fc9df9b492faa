package dev.millrace.wire;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;
import org.jspecify.annotations.Nullable;

/**
 * Every version of a record's schema that was ever released, kept in the jar as {@code
 * released/<record>/<version>.avsc}, so that old bytes stay readable without a registry.
 */
final class ReleasedSchemas {
  static final int VERSIONS_MAX = 1000;

  private ReleasedSchemas() {}

  /** By fingerprint, oldest first; the current schema is always among them. */
  static Map<Long, Schema> of(Schema current) {
    var released = new LinkedHashMap<Long, Schema>();
    for (int version = 1; version <= VERSIONS_MAX; version++) {
      var schema = read(current.getName(), version);
      if (schema == null) {
        break;
      }
      released.put(SchemaNormalization.parsingFingerprint64(schema), schema);
    }
    released.putIfAbsent(SchemaNormalization.parsingFingerprint64(current), current);
    return released;
  }

  /** The schema as its file says it, free of what the code generator adds for Java. */
  static Schema asReleased(Schema current) {
    return of(current).getOrDefault(SchemaNormalization.parsingFingerprint64(current), current);
  }

  static @Nullable Schema read(String record, int version) {
    try (var in = open(record, version)) {
      return in == null ? null : new SchemaParser().parse(in).mainSchema();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static @Nullable InputStream open(String record, int version) {
    return ReleasedSchemas.class.getResourceAsStream(
        "/released/" + record + "/" + version + ".avsc");
  }
}
