package dev.millrace.wire.blob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/**
 * What stands in a record for a value that is kept elsewhere.
 *
 * @param bytes size of the value's JSON
 */
record BlobReference(BlobId id, long bytes) {
  static final String FIELD = "$blob";

  /** A reference as JSON is never larger. */
  static final int BYTES_MAX = 256;

  private static final String URI = "uri";
  private static final String BYTES = "bytes";
  private static final String SHA256 = "sha256";

  JsonNode json() {
    var json = JsonNodeFactory.instance.objectNode();
    json.putObject(FIELD).put(URI, id.uri()).put(BYTES, bytes).put(SHA256, id.sha256());
    return json;
  }

  /** Whether the value itself is a reference, or claims to be one. */
  static boolean isClaimedBy(JsonNode value) {
    return value.has(FIELD);
  }

  /** Whether anything in the value is, or claims to be, a reference. */
  static boolean isHeldBy(JsonNode value) {
    return value.findValue(FIELD) != null;
  }

  /**
   * @throws IllegalArgumentException if {@code value} is not exactly what {@link #json} makes
   */
  static BlobReference parse(JsonNode value) {
    var body = value.path(FIELD);
    var isReference =
        value.size() == 1
            && body.size() == 3
            && body.path(URI).isTextual()
            && body.path(SHA256).isTextual()
            && body.path(BYTES).canConvertToLong();
    if (!isReference) {
      throw new IllegalArgumentException(
          "'" + FIELD + "' is kept for references of exactly uri, bytes and sha256");
    }
    return of(BlobId.parse(body.path(URI).textValue()), body);
  }

  private static BlobReference of(BlobId id, JsonNode body) {
    if (!id.sha256().equals(body.path(SHA256).textValue())) {
      throw new IllegalArgumentException("a reference whose uri and sha256 differ: " + id);
    }
    return new BlobReference(id, body.path(BYTES).longValue());
  }
}
