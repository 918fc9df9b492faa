package dev.millrace.wire.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBlobStoreTest extends BlobStoreContract {
  private static final byte[] CONTENT = "content".getBytes(StandardCharsets.UTF_8);
  @TempDir private Path folder;

  @Override
  BlobStore store() {
    return new FolderBlobStore(folder);
  }

  @Test
  void a_blob_that_was_damaged_is_not_given_out() throws Exception {
    var id = store().put(CONTENT);
    Files.writeString(file(id), "CONTENT");

    assertThatThrownBy(() -> store().get(id))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("was damaged");
  }

  @Test
  void a_blob_that_was_cut_off_is_written_again() throws Exception {
    var id = store().put(CONTENT);
    Files.writeString(file(id), "con");

    store().put(CONTENT);

    assertThat(store().get(id)).isEqualTo(CONTENT);
  }

  @Test
  void nothing_else_is_left_behind() throws Exception {
    var id = store().put(CONTENT);

    try (var files = Files.walk(folder)) {
      assertThat(files.filter(Files::isRegularFile)).containsExactly(file(id));
    }
  }

  private Path file(BlobId id) {
    return folder.resolve(id.sha256().substring(0, 2)).resolve(id.sha256());
  }
}
