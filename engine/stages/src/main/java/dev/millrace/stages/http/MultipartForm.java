package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A body of {@value #TYPE}. What stands between its parts is a hash of them: no part can hold it,
 * and every attempt sends the same bytes.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7578">RFC 7578</a>
 */
final class MultipartForm {
  static final String TYPE = "multipart/form-data";

  static final int PARTS_MAX = 1_000;

  /** Of all parts together. */
  static final int BYTES_MAX = 8 * 1024 * 1024;

  private static final String LINE_END = "\r\n";
  private static final int BOUNDARY_HASH_LENGTH = 40;

  private final List<byte[]> parts = new ArrayList<>();
  private long length;

  /**
   * @param filename null for a part that is no file
   * @param contentType one that is well-formed
   * @throws IllegalArgumentException if that is too much
   */
  void add(String name, @Nullable String filename, String contentType, byte[] content) {
    var head =
        "Content-Disposition: form-data; name=\"%s\"%s%sContent-Type: %s%s"
            .formatted(
                quoted(name),
                filename == null ? "" : "; filename=\"" + quoted(filename) + "\"",
                LINE_END,
                contentType,
                LINE_END + LINE_END);
    length += head.length() + content.length;
    if (parts.size() == PARTS_MAX || length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a multipart body has at most PARTS_MAX = %,d parts and BYTES_MAX = %,d bytes"
              .formatted(PARTS_MAX, BYTES_MAX));
    }
    var part = new ByteArrayOutputStream();
    part.writeBytes(head.getBytes(UTF_8));
    part.writeBytes(content);
    parts.add(part.toByteArray());
  }

  /** As browsers write what could end the quotes, or the line. */
  private static String quoted(String text) {
    return text.replace("\"", "%22").replace("\r", "%0D").replace("\n", "%0A");
  }

  /**
   * @param contentType with what stands between the parts
   */
  record Body(String contentType, byte[] bytes) {}

  Body body() {
    var boundary = boundary();
    var body = new ByteArrayOutputStream();
    for (var part : parts) {
      body.writeBytes(("--" + boundary + LINE_END).getBytes(UTF_8));
      body.writeBytes(part);
      body.writeBytes(LINE_END.getBytes(UTF_8));
    }
    body.writeBytes(("--" + boundary + "--" + LINE_END).getBytes(UTF_8));
    return new Body(TYPE + "; boundary=" + boundary, body.toByteArray());
  }

  private String boundary() {
    try {
      var digest = MessageDigest.getInstance("SHA-256");
      parts.forEach(digest::update);
      return "millrace-"
          + HexFormat.of().formatHex(digest.digest()).substring(0, BOUNDARY_HASH_LENGTH);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }
}
