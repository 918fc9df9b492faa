package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class LayoutTest {
  /** Joined here so that this file does not trip over itself. */
  private static final Pattern REGISTRY_HOSTS =
      Pattern.compile(
          String.join(
              "|",
              "repo1?\\." + "maven\\.(apache\\.)?org",
              "registry\\." + "npmjs\\.org",
              "registry\\." + "yarnpkg\\.com",
              "deb\\." + "debian\\.org",
              "files\\." + "pythonhosted\\.org",
              "plugins\\." + "gradle\\.org",
              "oss\\." + "sonatype\\.org",
              "packages\\." + "confluent\\.io"));

  private final Repository repository = Repository.ofThisCheckout();

  @Test
  void the_top_level_is_exactly_what_the_design_says() throws IOException {
    try (var entries = Files.list(repository.root())) {
      assertThat(entries.map(entry -> entry.getFileName().toString()))
          .filteredOn(name -> !name.startsWith(".") && !name.equals("target"))
          .containsExactlyInAnyOrder(
              "engine",
              "sagas",
              "schemas",
              "deploy",
              "load-tests",
              "docs",
              "README.md",
              "pom.xml",
              "LICENSE",
              "millrace");
    }
  }

  @Test
  void every_package_is_null_marked() {
    var unmarked =
        repository.files(".java").stream()
            .filter(file -> file.toString().contains("/src/main/java/"))
            .map(Path::getParent)
            .collect(Collectors.toSet())
            .stream()
            .filter(folder -> !isNullMarked(folder.resolve("package-info.java")))
            .map(repository::relative)
            .toList();
    assertThat(unmarked).isEmpty();
  }

  private boolean isNullMarked(Path packageInfo) {
    return Files.exists(packageInfo)
        && repository.text(packageInfo).orElseThrow().contains("@NullMarked\npackage ");
  }

  @Test
  void no_file_names_the_host_of_a_package_registry() {
    assertThat(ownFiles())
        .allSatisfy(file ->
            assertThat(repository.text(file).orElse("")).doesNotContainPattern(REGISTRY_HOSTS));
  }

  /** Texts by others, shipped to be searched, may mention what they like. */
  private List<Path> ownFiles() {
    return repository.files().stream()
        .filter(file -> !file.toString().contains("/corpus/"))
        .toList();
  }
}
