package dev.millrace.wire.blob;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.regex.Pattern;

/**
 * Names a blob by its content, so that equal bytes are kept once, writing twice changes nothing and
 * what is read can be checked. Written {@code blob:sha256:<64 hexadecimal digits>}: it says nothing
 * of where the blob is, so data cannot point a reader elsewhere.
 *
 * @param sha256 64 lower-case hexadecimal digits
 */
public record BlobId(String sha256) {
  private static final String PREFIX = "blob:sha256:";
  private static final Pattern DIGEST = Pattern.compile("[0-9a-f]{64}");

  /**
   * @throws IllegalArgumentException if {@code sha256} is not of that form
   */
  public BlobId {
    if (!DIGEST.matcher(sha256).matches()) {
      throw new IllegalArgumentException("a SHA-256 has 64 lower-case hexadecimal digits");
    }
  }

  public static BlobId of(byte[] content) {
    try {
      var digest = MessageDigest.getInstance("SHA-256").digest(content);
      return new BlobId(HexFormat.of().formatHex(digest));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * The name that {@link #uri} wrote.
   *
   * @throws IllegalArgumentException if {@code uri} is not of the form {@link #uri} gives
   */
  public static BlobId parse(String uri) {
    if (!uri.startsWith(PREFIX)) {
      throw new IllegalArgumentException("a blob is named " + PREFIX + "…, this is '" + uri + "'");
    }
    return new BlobId(uri.substring(PREFIX.length()));
  }

  public String uri() {
    return PREFIX + sha256;
  }

  @Override
  public String toString() {
    return uri();
  }
}
