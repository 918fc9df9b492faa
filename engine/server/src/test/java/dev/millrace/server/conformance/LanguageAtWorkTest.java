package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.scenarios.ScenarioResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The scenarios in {@code docs/language-at-work.md} say what is so. */
class LanguageAtWorkTest {
  private static final Pattern SCENARIO = Pattern.compile("```gherkin\\n((?s:.*?))```");
  private static final Path FEATURE = Path.of("target", "language-at-work.feature");

  private static List<ScenarioResult> results = List.of();
  private static long written;

  @BeforeAll
  static void runThePage() throws IOException {
    var page = Files.readString(Features.checkout().resolve("docs/language-at-work.md"));
    var scenarios = SCENARIO.matcher(page).results().map(LanguageAtWorkTest::indented).toList();
    written = scenarios.size();
    Files.createDirectories(FEATURE.getParent());
    Files.writeString(FEATURE, "Feature: The language at work\n" + String.join("\n", scenarios));
    try (var services = PublicServices.open()) {
      results = Features.suite(FEATURE).run(Features.settings(services), _ -> {});
    }
  }

  private static String indented(MatchResult block) {
    return block.group(1).lines().map(line -> "  " + line + "\n").collect(Collectors.joining());
  }

  @TestFactory
  Stream<DynamicTest> every_scenario_of_the_page_passes() {
    return results.stream()
        .map(result -> DynamicTest.dynamicTest(result.name(), () -> Features.require(result)));
  }

  @Test
  void none_is_overlooked() {
    assertThat(results).isNotEmpty().hasSize((int) written);
  }
}
