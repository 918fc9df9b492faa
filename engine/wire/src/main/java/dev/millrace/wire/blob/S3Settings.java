package dev.millrace.wire.blob;

import java.net.URI;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An S3-compatible object store. Credentials come from the AWS SDK's default chain: environment,
 * profile, web identity, instance.
 *
 * @param bucket has to exist
 * @param keyPrefix before every object's key, e.g. {@code millrace/shop/}
 * @param region as the store knows itself, e.g. {@code eu-central-1}
 * @param endpoint of a store that is not Amazon's; null for Amazon's of that region
 * @param isPathStyle whether the bucket stands in the path and not in the host name, as most stores
 *     that are not Amazon's want it
 * @param callTimeout bound of one call with all its attempts
 */
public record S3Settings(
    String bucket,
    String keyPrefix,
    String region,
    @Nullable URI endpoint,
    boolean isPathStyle,
    Duration callTimeout) {
  public static final Duration CALL_TIMEOUT = Duration.ofSeconds(30);
}
