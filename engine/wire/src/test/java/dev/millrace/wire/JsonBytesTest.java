package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class JsonBytesTest {

  @Test
  void what_is_written_can_be_read_however_long_a_name_is() throws IOException {
    var value = JsonNodeFactory.instance.objectNode().put("n".repeat(60_000), 1);
    var bytes = JsonBytes.bytes(value);

    assertThat(JsonBytes.read(bytes, 0, bytes.length)).isEqualTo(value);
  }
}
