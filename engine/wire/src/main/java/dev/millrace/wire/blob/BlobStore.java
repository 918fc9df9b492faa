package dev.millrace.wire.blob;

import java.io.IOException;

/** Keeps bytes by their content. Thread-safe; shared by every process of a namespace. */
public interface BlobStore {

  /** Largest blob a store gives back: what a stage holds in memory at once is bounded. */
  int BLOB_BYTES_MAX = 64 * 1024 * 1024;

  /**
   * Keeps the bytes. When it returns they have survived a crash of this process; putting them again
   * changes nothing.
   *
   * @throws IllegalArgumentException if there are more than {@link #BLOB_BYTES_MAX}
   * @throws IOException if they could not be kept
   */
  BlobId put(byte[] content) throws IOException;

  /**
   * The bytes, checked against their name.
   *
   * @throws MissingBlobException if the store has no such blob
   * @throws IOException if it cannot be read, is too large, or is not what its name says
   */
  byte[] get(BlobId id) throws IOException;

  /**
   * Bytes of the blob.
   *
   * @throws MissingBlobException if the store has no such blob
   * @throws IOException if the store cannot say
   */
  long size(BlobId id) throws IOException;
}
