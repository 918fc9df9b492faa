package dev.millrace.wire.blob;

import java.io.IOException;

/** What every store has to check. */
final class Blobs {
  private Blobs() {}

  static void requireStorable(byte[] content) {
    if (content.length > BlobStore.BLOB_BYTES_MAX) {
      throw new IllegalArgumentException(
          "a blob of " + content.length + " bytes, the limit is " + BlobStore.BLOB_BYTES_MAX);
    }
  }

  static void requireReadable(BlobId id, long bytes) throws IOException {
    if (bytes > BlobStore.BLOB_BYTES_MAX) {
      throw new IOException(
          id + " has " + bytes + " bytes, the limit is " + BlobStore.BLOB_BYTES_MAX);
    }
  }

  static byte[] verified(BlobId id, byte[] content) throws IOException {
    if (!BlobId.of(content).equals(id)) {
      throw new IOException("what is kept as " + id + " is something else, it was damaged");
    }
    return content;
  }
}
