package dev.millrace.wire.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What every blob store does. */
abstract class BlobStoreContract {

  abstract BlobStore store();

  @Test
  void what_was_put_comes_back() throws Exception {
    var content = new byte[3_000_000];
    new Random(1).nextBytes(content);

    var id = store().put(content);

    assertThat(store().get(id)).isEqualTo(content);
    assertThat(store().size(id)).isEqualTo(content.length);
  }

  @Test
  void putting_the_same_again_gives_the_same_name() throws Exception {
    var content = "again".getBytes(StandardCharsets.UTF_8);

    assertThat(store().put(content)).isEqualTo(store().put(content)).isEqualTo(BlobId.of(content));
  }

  @Test
  void nothing_is_a_blob_too() throws Exception {
    assertThat(store().get(store().put(new byte[0]))).isEmpty();
  }

  @Test
  void a_blob_that_is_not_there_is_named() {
    var id = BlobId.of("never put".getBytes(StandardCharsets.UTF_8));

    assertThatThrownBy(() -> store().get(id))
        .isInstanceOf(MissingBlobException.class)
        .hasMessageContaining(id.uri());
  }
}
