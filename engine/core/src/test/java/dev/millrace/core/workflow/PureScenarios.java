package dev.millrace.core.workflow;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/**
 * Those scenarios of feature files in which nothing is done but to run one definition with one
 * input, and no task needs anything outside: no stage, no event, no network, and of time a few
 * seconds at most. What they assert is not read here.
 */
final class PureScenarios {
  private static final YAMLMapper YAML = new YAMLMapper();
  private static final Pattern SCENARIO = Pattern.compile("(?m)^ *(?:Scenario Outline|Scenario): ");
  private static final Pattern STEP =
      Pattern.compile(
          "(?m)^ *(?:Given|When|Then|And|But) (?:given )?(?<text>.*)"
              + "(?:\\n *\"\"\"\\w*\\n(?<block>(?s:.*?))\\n *\"\"\")?");
  private static final String DEFINED = "a workflow with definition:";
  private static final String GIVEN = "the workflow input is:";
  private static final String EXECUTED = "the workflow is executed";

  /** An engine in real time takes that time. */
  private static final Pattern BRIEF = Pattern.compile("the time advances by [1-3] seconds?");

  /** Keys that say that a definition needs more than itself. */
  private static final Set<String> NEEDS =
      Set.of("call", "run", "wait", "listen", "schedule", "secrets", "resource", "millrace");

  private PureScenarios() {}

  /**
   * @param input as YAML
   */
  record Pure(String name, String definition, String input) {
    @Override
    public String toString() {
      return name;
    }
  }

  private record Step(String text, String block) {
    boolean isAssertion() {
      return text.contains(" should ");
    }

    boolean isBrief() {
      return BRIEF.matcher(text).matches();
    }
  }

  static List<Pure> under(Path folder) {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".feature"))
          .sorted()
          .flatMap(PureScenarios::of)
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Stream<Pure> of(Path file) {
    var parts = SCENARIO.split(text(file));
    return parts[0].contains("Background:")
        ? Stream.empty()
        : Arrays.stream(parts).skip(1).flatMap(PureScenarios::pure);
  }

  private static Stream<Pure> pure(String scenario) {
    if (scenario.contains("Examples:")) {
      return Stream.empty();
    }
    var name = scenario.lines().findFirst().orElseThrow().strip();
    var steps = steps(scenario);
    var acts = steps.stream().filter(it -> !it.isAssertion() && !it.isBrief()).toList();
    var texts = acts.stream().map(Step::text).toList();
    if (texts.equals(List.of(DEFINED, EXECUTED))) {
      return pure(name, acts.getFirst().block(), "{}");
    }
    return texts.equals(List.of(DEFINED, GIVEN, EXECUTED))
        ? pure(name, acts.getFirst().block(), acts.get(1).block())
        : Stream.empty();
  }

  private static Stream<Pure> pure(String name, String definition, String input) {
    return Stream.of(new Pure(name, definition, input))
        .filter(it -> !needsMore(read(it.definition())));
  }

  private static boolean needsMore(JsonNode node) {
    return node.propertyStream().anyMatch(it -> NEEDS.contains(it.getKey()))
        || StreamSupport.stream(node.spliterator(), false).anyMatch(PureScenarios::needsMore);
  }

  private static List<Step> steps(String scenario) {
    var steps = new ArrayList<Step>();
    var found = STEP.matcher(scenario);
    while (found.find()) {
      var block = found.group("block");
      steps.add(new Step(found.group("text").strip(), block == null ? "" : block.stripIndent()));
    }
    return steps;
  }

  private static JsonNode read(String definition) {
    try {
      return YAML.readTree(definition);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
