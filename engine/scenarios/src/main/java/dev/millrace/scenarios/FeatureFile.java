package dev.millrace.scenarios;

import dev.millrace.core.NearestWord;
import io.cucumber.gherkin.GherkinParser;
import io.cucumber.messages.types.Envelope;
import io.cucumber.messages.types.Feature;
import io.cucumber.messages.types.FeatureChild;
import io.cucumber.messages.types.GherkinDocument;
import io.cucumber.messages.types.Location;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is wrong with a feature file before it runs. Gherkin takes nearly every line after a heading
 * for prose, so that a misspelt {@code Scenario} would vanish with all its steps.
 */
final class FeatureFile {
  private static final List<String> KEYWORDS =
      List.of("Scenario", "Scenario Outline", "Background", "Rule", "Example");
  private static final Pattern HEADING = Pattern.compile("\\s*(\\p{L}+(?: \\p{L}+)?):.*");
  private static final Pattern STEP = Pattern.compile("\\s*(?:Given|When|Then|And|But|\\*) .*");
  private static final Pattern PLACED = Pattern.compile("(?s)\\((\\d+):\\d+\\): (.*)");

  private final Path file;
  private final List<String> mistakes = new ArrayList<>();
  private int scenarios;

  private FeatureFile(Path file) {
    this.file = file;
  }

  /**
   * One line each, with the place.
   *
   * @throws IOException if the file cannot be read
   */
  static List<String> mistakes(Path file) throws IOException {
    var feature = new FeatureFile(file);
    var parser =
        GherkinParser.builder()
            .includeSource(false)
            .includeGherkinDocument(true)
            .includePickles(true)
            .build();
    try (var envelopes = parser.parse(file.toString(), Files.readAllBytes(file))) {
      envelopes.forEach(feature::add);
    }
    if (feature.scenarios == 0 && feature.mistakes.isEmpty()) {
      feature.mistakes.add(file + ": there is no scenario in it");
    }
    return feature.mistakes;
  }

  private void add(Envelope envelope) {
    envelope.getParseError().ifPresent(error -> refuse(error.getMessage()));
    envelope.getGherkinDocument().flatMap(GherkinDocument::getFeature).ifPresent(this::add);
    envelope.getPickle().ifPresent(_ -> scenarios++);
  }

  /** The parser writes {@code (line:column): what it expected}. */
  private void refuse(String message) {
    var placed = PLACED.matcher(message);
    mistakes.add(
        placed.matches()
            ? file + ":" + placed.group(1) + ": " + placed.group(2)
            : file + ": " + message);
  }

  private void add(Feature feature) {
    prose(feature.getLocation(), feature.getDescription());
    for (var child : feature.getChildren()) {
      add(child);
    }
  }

  private void add(FeatureChild child) {
    child.getRule().ifPresent(rule -> prose(rule.getLocation(), rule.getDescription()));
  }

  /** Looks for headings with steps after them in what stands for people only. */
  private void prose(Location heading, @Nullable String description) {
    if (description == null || description.lines().noneMatch(it -> STEP.matcher(it).matches())) {
      return;
    }
    for (var line : description.lines().toList()) {
      var word = HEADING.matcher(line);
      var meant = word.matches() ? NearestWord.to(word.group(1), KEYWORDS) : null;
      if (meant != null) {
        mistakes.add(
            "%s:%d: '%s:' is no keyword, so that no scenario begins here (did you mean '%s:'?)"
                .formatted(file, lineOf(heading, line), word.group(1), meant));
      }
    }
  }

  /** Where a line stands: descriptions have lost the empty lines before them. */
  private long lineOf(Location heading, String line) {
    try (var lines = Files.lines(file)) {
      var after = heading.getLine();
      return after
          + 1
          + lines.skip(after).takeWhile(each -> !each.strip().equals(line.strip())).count();
    } catch (IOException _) {
      return heading.getLine();
    }
  }
}
