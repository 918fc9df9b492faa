package dev.millrace.stages.resource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AllowedLocationsTest {
  @TempDir private Path folder;

  @ParameterizedTest
  @CsvSource({
    "https://example.com/catalog,    https://example.com/catalog,             true",
    "https://example.com/catalog,    https://example.com/catalog/f.yaml,      true",
    "https://example.com/catalog/,   https://EXAMPLE.com:443/catalog/f.yaml,  true",
    "https://example.com,            https://example.com/anything,            true",
    "https://example.com/catalog,    https://example.com/catalogue/f.yaml,    false",
    "https://example.com/catalog,    http://example.com/catalog/f.yaml,       false",
    "https://example.com/catalog,    https://example.com:8443/catalog/f.yaml, false",
    "https://example.com/catalog,    https://example.com.evil.org/catalog/f,  false",
    "https://example.com/catalog,    https://example.com/catalog/../f.yaml,   false",
    "https://example.com/catalog,    https://example.com/catalog/%2e%2e/f,    false",
    "https://example.com/catalog,    https://example.com/catalog/..%2ff,      false",
    "https://example.com/catalog,    file:///catalog/f.yaml,                  false",
    "/catalog,                       https://example.com/catalog/f.yaml,      false"
  })
  void an_address_allows_what_is_below_it(String allowed, String uri, boolean isAllowed) {
    assertThat(AllowedLocations.of(List.of(allowed)).allows(URI.create(uri))).isEqualTo(isAllowed);
  }

  @Test
  void nothing_is_allowed_unless_it_is_said() {
    assertThat(AllowedLocations.NONE.allows(URI.create("https://example.com/"))).isFalse();
    assertThat(AllowedLocations.NONE.allows(folder.toUri())).isFalse();
  }

  @Test
  void a_folder_allows_the_files_in_it_when_links_are_followed() throws Exception {
    var in = Files.createDirectory(folder.resolve("in"));
    var inside = Files.writeString(in.resolve("a"), "a");
    var outside = Files.writeString(folder.resolve("b"), "b");
    var link = Files.createSymbolicLink(in.resolve("link"), outside);
    for (var allowed : List.of(in.toString(), in.toUri().toString())) {
      var locations = AllowedLocations.of(List.of(allowed));
      assertThat(locations.allows(inside.toUri())).isTrue();
      assertThat(locations.allows(outside.toUri())).isFalse();
      assertThat(locations.allows(link.toUri())).isFalse();
      assertThat(locations.allows(URI.create("file://" + in + "/../b"))).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"ftp://example.com/", "https:///x", "https://u:p@example.com/", "https://x/?y"})
  void what_is_no_location_is_a_mistake(String location) {
    assertThatThrownBy(() -> AllowedLocations.of(List.of(location)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(location);
  }

  @ParameterizedTest
  @CsvSource({
    "https://github.com/o/r/tree/main/functions/f/1.0.0/function.yaml,"
        + " https://raw.githubusercontent.com/o/r/main/functions/f/1.0.0/function.yaml",
    "https://github.com/o/r/blob/v2/f.yaml, https://raw.githubusercontent.com/o/r/v2/f.yaml",
    "https://github.com/o/r/functions/f/1.0.0/function.yaml,"
        + " https://raw.githubusercontent.com/o/r/HEAD/functions/f/1.0.0/function.yaml",
    "https://gitlab.com/g/s/r/-/tree/main/functions/f/1.0.0/function.yaml,"
        + " https://gitlab.com/g/s/r/-/raw/main/functions/f/1.0.0/function.yaml",
    "https://git.example.com/g/r/-/blob/main/f.yaml, https://git.example.com/g/r/-/raw/main/f.yaml",
    "https://example.com/o/r/tree/main/f.yaml, https://example.com/o/r/tree/main/f.yaml"
  })
  void of_a_page_of_a_repository_the_content_is_read(String page, String content) {
    assertThat(RawContent.of(URI.create(page))).isEqualTo(URI.create(content));
  }
}
