package dev.millrace.wire.blob;

import java.io.IOException;

/** The store has no such blob: it was never there, or is there no longer. */
public final class MissingBlobException extends IOException {
  private static final long serialVersionUID = 1L;

  public MissingBlobException(BlobId id, Throwable cause) {
    super("there is no " + id, cause);
  }
}
