package dev.millrace.wire.blob;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.wire.JsonBytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClaimCheckTest {
  private static final int INLINE_MAX = 1000;
  @TempDir private Path folder;
  private BlobStore store;
  private ClaimCheck check;

  @BeforeEach
  void open() {
    store = new FolderBlobStore(folder);
    check = new ClaimCheck(store, INLINE_MAX);
  }

  @Test
  void a_small_value_stays_where_it_is() throws Exception {
    var value = object().put("question", "why?");

    assertThat(check.stow(value)).isSameAs(value);
    assertThat(check.resolve(value)).isSameAs(value);
    try (var files = Files.list(folder)) {
      assertThat(files).isEmpty();
    }
  }

  @Test
  void the_largest_property_goes_and_the_others_stay() throws Exception {
    var value = object().put("question", "why?").put("text", "a".repeat(5000)).put("n", 7);

    var stowed = check.stow(value);

    assertThat(stowed.get("question").textValue()).isEqualTo("why?");
    assertThat(stowed.get("n").intValue()).isEqualTo(7);
    assertThat(stowed.at("/text/$blob/bytes").intValue()).isEqualTo(5002);
    assertThat(stowed.at("/text/$blob/uri").textValue()).startsWith("blob:sha256:");
    assertThat(check.resolve(stowed)).isEqualTo(value);
  }

  @Test
  void many_small_properties_go_as_one() throws Exception {
    var value = object();
    for (int i = 0; i < 1000; i++) {
      value.put("p" + i, i);
    }

    var stowed = check.stow(value);

    assertThat(stowed.fieldNames()).toIterable().containsExactly("$blob");
    assertThat(check.resolve(stowed)).isEqualTo(value);
  }

  @Test
  void a_string_or_an_array_goes_whole() throws Exception {
    var text = JsonNodeFactory.instance.textNode("ü".repeat(2000));

    assertThat(check.resolve(check.stow(text))).isEqualTo(text);
  }

  @Test
  void a_value_that_holds_a_reference_may_be_stowed_again() throws Exception {
    var value = object().put("text", "a".repeat(5000));
    var outer = object();
    for (int i = 0; i < 20; i++) {
      outer.set("copy" + i, check.stow(value));
    }

    assertThat(check.resolve(check.stow(outer)).get("copy7")).isEqualTo(value);
  }

  @Property(tries = 50)
  void whatever_goes_in_is_small_inside_and_comes_out_the_same(@ForAll String a, @ForAll String b)
      throws Exception {
    var there = Files.createTempDirectory("claims");
    var own = new ClaimCheck(new FolderBlobStore(there), INLINE_MAX);
    var value = object().put("a", a.repeat(20)).put("b", b.repeat(20));
    var written = read(JsonBytes.bytes(value));

    var stowed = own.stow(written);

    assertThat(JsonBytes.bytes(stowed)).hasSizeLessThanOrEqualTo(INLINE_MAX);
    assertThat(own.resolve(stowed)).isEqualTo(written);
  }

  @Test
  void an_object_that_only_looks_like_a_reference_is_refused() {
    var digest = BlobId.of(new byte[0]).sha256();
    refused("{\"$blob\":\"file:///etc/passwd\"}", "kept for references");
    refused("{\"$blob\":{\"uri\":\"file:///etc/passwd\",\"bytes\":1,\"sha256\":\"x\"}}", "named");
    refused("{\"deep\":[{\"$blob\":{},\"more\":1}]}", "kept for references");
    refused(
        "{\"$blob\":{\"uri\":\"blob:sha256:" + digest + "\",\"bytes\":1,\"sha256\":\"x\"}}",
        "uri and sha256 differ");
    refused(
        "{\"$blob\":{\"uri\":\"blob:sha256:../../x\",\"bytes\":1,\"sha256\":\"../../x\"}}",
        "64 lower-case");
  }

  private void refused(String json, String reason) {
    var value = readText(json);
    assertThatThrownBy(() -> check.resolve(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
    assertThatThrownBy(() -> check.requireGenuine(value))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(reason);
  }

  @Test
  void from_outside_a_reference_is_believed_only_if_the_store_has_it() throws Exception {
    var genuine = check.stow(object().put("text", "a".repeat(5000)));
    check.requireGenuine(genuine);
    var other = new BlobReference(BlobId.of(new byte[] {1}), 1).json();
    var lying = new BlobReference(store.put(new byte[] {'1'}), 2).json();

    assertThatThrownBy(() -> check.requireGenuine(other)).hasMessageContaining("has no blob");
    assertThatThrownBy(() -> check.requireGenuine(lying)).hasMessageContaining("has no blob");
  }

  @Test
  void a_value_that_would_grow_without_bound_is_not_resolved() throws Exception {
    var large = JsonNodeFactory.instance.textNode("a".repeat(8_000_000));
    var reference = check.stow(large);
    var array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < 10; i++) {
      array.add(reference);
    }

    assertThatThrownBy(() -> check.resolve(array))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("larger than");
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static JsonNode readText(String json) {
    try {
      return read(json.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new IllegalArgumentException(json, e);
    }
  }

  private static JsonNode read(byte[] json) throws IOException {
    return JsonBytes.read(json, 0, json.length);
  }
}
