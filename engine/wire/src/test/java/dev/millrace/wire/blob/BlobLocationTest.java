package dev.millrace.wire.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BlobLocationTest {

  @Test
  void a_folder_keeps_what_is_put_into_it(@TempDir Path folder) throws Exception {
    var store = BlobLocation.folder(folder.resolve("blobs")).open();
    var bytes = "large".getBytes(StandardCharsets.UTF_8);
    assertThat(store.get(store.put(bytes))).isEqualTo(bytes);
  }

  @Test
  void a_bucket_is_named_with_its_options() {
    var uri = "s3://bucket/a/b?region=eu-1&endpoint=http%3A%2F%2F127.0.0.1%3A9000&path-style=true";
    try (var store = (S3BlobStore) new BlobLocation(URI.create(uri)).open()) {
      assertThat(store).isNotNull();
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"blobs", "http://example.com", "s3:///no-bucket", "s3://b?regoin=x"})
  void anything_else_is_refused_with_what_was_expected(String text) {
    assertThatThrownBy(() -> new BlobLocation(URI.create(text)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a blob store");
  }
}
