package dev.millrace.wire.blob;

import java.io.IOException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * Any store that speaks S3. Needs the AWS SDK ({@code software.amazon.awssdk:s3} and {@code
 * url-connection-client}) on the class path, which Millrace does not bring along by itself.
 */
public final class S3BlobStore implements BlobStore, AutoCloseable {
  private static final int NOT_FOUND = 404;
  private final S3Settings settings;
  private final S3Client s3;

  public S3BlobStore(S3Settings settings) {
    this.settings = settings;
    this.s3 = client(settings);
  }

  private static S3Client client(S3Settings settings) {
    var builder =
        S3Client.builder()
            .httpClientBuilder(UrlConnectionHttpClient.builder())
            .region(Region.of(settings.region()))
            .forcePathStyle(settings.isPathStyle())
            .overrideConfiguration(it -> it.apiCallTimeout(settings.callTimeout()));
    if (settings.endpoint() != null) {
      builder.endpointOverride(settings.endpoint());
    }
    return builder.build();
  }

  @Override
  public BlobId put(byte[] content) throws IOException {
    Blobs.requireStorable(content);
    var id = BlobId.of(content);
    if (!isKept(id, content.length)) {
      write(id, content);
    }
    return id;
  }

  private boolean isKept(BlobId id, int bytes) throws IOException {
    try {
      return size(id) == bytes;
    } catch (MissingBlobException _) {
      return false;
    }
  }

  private void write(BlobId id, byte[] content) throws IOException {
    try {
      s3.putObject(it -> it.bucket(settings.bucket()).key(key(id)), RequestBody.fromBytes(content));
    } catch (SdkException e) {
      throw new IOException("cannot keep " + id + " in " + settings.bucket(), e);
    }
  }

  @Override
  public byte[] get(BlobId id) throws IOException {
    Blobs.requireReadable(id, size(id));
    try {
      var object = s3.getObjectAsBytes(it -> it.bucket(settings.bucket()).key(key(id)));
      return Blobs.verified(id, object.asByteArrayUnsafe());
    } catch (SdkException e) {
      throw failure(id, e);
    }
  }

  @Override
  public long size(BlobId id) throws IOException {
    try {
      HeadObjectResponse head = s3.headObject(it -> it.bucket(settings.bucket()).key(key(id)));
      return head.contentLength();
    } catch (SdkException e) {
      throw failure(id, e);
    }
  }

  private IOException failure(BlobId id, SdkException e) {
    return e instanceof AwsServiceException answer && answer.statusCode() == NOT_FOUND
        ? new MissingBlobException(id, e)
        : new IOException("cannot read " + id + " from " + settings.bucket(), e);
  }

  private String key(BlobId id) {
    return settings.keyPrefix() + id.sha256();
  }

  @Override
  public void close() {
    s3.close();
  }
}
