package dev.millrace.wire.blob;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/**
 * Names a blob store in one word of configuration: {@code file:///var/lib/millrace/blobs}, or
 * {@code
 * s3://bucket/prefix?region=eu-central-1&endpoint=https://store.example.com&path-style=true}.
 */
public record BlobLocation(URI uri) {
  private static final String REGION_DEFAULT = "us-east-1";
  private static final Set<String> OPTIONS = Set.of("region", "endpoint", "path-style");

  /**
   * @throws IllegalArgumentException if {@code uri} names neither a folder nor a bucket, or has an
   *     option that does not exist
   */
  public BlobLocation {
    var scheme = uri.getScheme();
    var isFolder = "file".equals(scheme) && uri.getPath() != null;
    var isBucket = "s3".equals(scheme) && uri.getHost() != null;
    if (!isFolder && !isBucket) {
      throw new IllegalArgumentException(
          "a blob store is file:///FOLDER or s3://BUCKET/PREFIX, got '" + uri + "'");
    }
    for (var name : options(uri).keySet()) {
      if (!OPTIONS.contains(name)) {
        throw new IllegalArgumentException(
            "a blob store has no option '" + name + "'; there are " + OPTIONS);
      }
    }
  }

  public static BlobLocation folder(Path folder) {
    return new BlobLocation(folder.toAbsolutePath().toUri());
  }

  /** Opens the store; a bucket is reached at the first use. */
  public BlobStore open() {
    return "file".equals(uri.getScheme())
        ? new FolderBlobStore(Path.of(uri))
        : new S3BlobStore(bucket());
  }

  private S3Settings bucket() {
    var options = options(uri);
    var endpoint = options.get("endpoint");
    var prefix = uri.getPath().replaceFirst("^/", "");
    return new S3Settings(
        uri.getHost(),
        prefix.isEmpty() || prefix.endsWith("/") ? prefix : prefix + "/",
        options.getOrDefault("region", REGION_DEFAULT),
        endpoint == null ? null : URI.create(endpoint),
        Boolean.parseBoolean(options.get("path-style")),
        S3Settings.CALL_TIMEOUT);
  }

  private static Map<String, String> options(URI uri) {
    var options = new HashMap<String, String>();
    if (uri.getRawQuery() != null) {
      for (var pair : uri.getRawQuery().split("&", -1)) {
        var parts = pair.split("=", 2);
        options.put(parts[0], parts.length == 1 ? "" : decode(parts[1]));
      }
    }
    return options;
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
