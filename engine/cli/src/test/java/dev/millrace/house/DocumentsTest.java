package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class DocumentsTest {
  private static final int README_LINES_MAX = 99;
  private static final Pattern LINK = Pattern.compile("\\]\\((?<target>[^)#\\s]+)(#[^)]*)?\\)");
  private static final Pattern DECISION = Pattern.compile("\\d{4}-[a-z0-9-]+\\.md");

  private final Repository repository = Repository.ofThisCheckout();
  private final Path readme = repository.root().resolve("README.md");
  private final Path decisions = repository.root().resolve("docs/adr");

  @Test
  void the_readme_fits_on_a_page_or_two() {
    assertThat(text(readme).lines().count()).isLessThanOrEqualTo(README_LINES_MAX);
  }

  @Test
  void the_readme_names_the_command_that_runs_and_the_one_that_tests() {
    assertThat(text(readme)).contains("./millrace demo rag", "mvn verify");
  }

  @Test
  void ci_runs_the_readmes_test_command() {
    assertThat(text(repository.root().resolve(".ci/run"))).containsPattern("mvn (-\\S+ )*verify");
  }

  @Test
  void every_link_between_documents_leads_somewhere() {
    var broken =
        repository.files(".md").stream()
            .filter(file -> !file.toString().contains("/corpus/"))
            .flatMap(file -> brokenLinks(file).stream())
            .toList();
    assertThat(broken).isEmpty();
  }

  private List<String> brokenLinks(Path document) {
    return LINK.matcher(text(document))
        .results()
        .map(DocumentsTest::target)
        .filter(target -> !target.contains(":"))
        .filter(target -> !Files.exists(document.resolveSibling(target)))
        .map(target -> repository.relative(document) + " → " + target)
        .toList();
  }

  private static String target(MatchResult link) {
    return link.group("target");
  }

  @Test
  void the_index_of_decisions_is_complete() {
    var written =
        repository.files(".md").stream()
            .filter(file -> file.startsWith(decisions))
            .map(file -> file.getFileName().toString())
            .filter(DECISION.asMatchPredicate())
            .toList();
    var index = text(decisions.resolve("README.md"));
    assertThat(LINK.matcher(index).results().map(DocumentsTest::target).distinct())
        .containsExactlyInAnyOrderElementsOf(written);
  }

  @Test
  void every_decision_begins_with_its_number() {
    assertThat(repository.files(".md"))
        .filteredOn(file -> DECISION.matcher(file.getFileName().toString()).matches())
        .allSatisfy(file ->
            assertThat(text(file))
                .startsWith("# " + file.getFileName().toString().substring(0, 4) + " "));
  }

  private String text(Path file) {
    return repository.text(file).orElseThrow();
  }
}
