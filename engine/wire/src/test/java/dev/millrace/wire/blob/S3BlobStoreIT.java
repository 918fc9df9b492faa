package dev.millrace.wire.blob;

import dev.millrace.wire.ServerProcess;
import java.io.IOException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Against Adobe's S3Mock, a server that speaks S3 over HTTP, in a process of its own. */
class S3BlobStoreIT extends BlobStoreContract {
  private static ServerProcess server;
  private static S3BlobStore store;

  @BeforeAll
  static void start_the_server() throws IOException {
    int port = ServerProcess.freePort();
    server =
        ServerProcess.start(
            "s3",
            port,
            List.of("-jar", "target/servers/s3mock.jar"),
            Map.of(
                "HTTP_PORT", Integer.toString(port),
                "SERVER_PORT", "0",
                "COM_ADOBE_TESTING_S3MOCK_STORE_INITIAL_BUCKETS", "blobs"));
    // The SDK's default chain looks here too; the server accepts any.
    System.setProperty("aws.accessKeyId", "any");
    System.setProperty("aws.secretAccessKey", "any");
    store = new S3BlobStore(settings(server.awaitReady("/").url("")));
  }

  private static S3Settings settings(URI endpoint) {
    return new S3Settings(
        "blobs", "millrace/shop/", "us-east-1", endpoint, true, S3Settings.CALL_TIMEOUT);
  }

  @AfterAll
  static void stop_the_server() {
    store.close();
    server.close();
  }

  @Override
  BlobStore store() {
    return store;
  }
}
