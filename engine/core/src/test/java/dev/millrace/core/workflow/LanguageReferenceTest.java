package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.PlanCompiler;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The examples of {@code docs/language.md} are run, and give what stands below them. */
class LanguageReferenceTest {
  private static final int EXAMPLES_MIN = 8;
  private static final Pattern EXAMPLE =
      Pattern.compile(
          "```yaml\\n# input: (?<input>.*)\\n(?<definition>(?s:.*?))```\\n```json\\n(?<output>(?s:.*?))```");

  @Test
  void no_example_is_overlooked() throws IOException {
    var blocks = Pattern.compile("```yaml").matcher(text()).results().count();
    assertThat(examples()).hasSizeGreaterThanOrEqualTo(EXAMPLES_MIN).hasSize((int) blocks);
  }

  @TestFactory
  Stream<DynamicTest> every_example_gives_its_result() throws IOException {
    return examples().stream().map(it -> dynamicTest(it.name(), () -> run(it)));
  }

  private static void run(Example example) throws InvalidDefinitionException {
    var plan = PlanCompiler.compile(example.definition(), InstanceUnderTest.CATALOG).plan();
    var run = InstanceUnderTest.of(plan).start(example.input()).after(Duration.ofMinutes(1));
    assertThat(run.output()).isEqualTo(example.output());
  }

  private record Example(String name, String input, String definition, JsonNode output) {}

  private static List<Example> examples() throws IOException {
    var found = EXAMPLE.matcher(text());
    var examples = new ArrayList<Example>();
    while (found.find()) {
      var definition = found.group("definition");
      examples.add(
          new Example(
              definition.lines().findFirst().orElse(""),
              found.group("input"),
              definition,
              InstanceUnderTest.json(found.group("output"))));
    }
    return examples;
  }

  private static String text() throws IOException {
    var root = Path.of("").toAbsolutePath();
    while (!Files.isRegularFile(root.resolve("millrace"))) {
      root = Objects.requireNonNull(root.getParent(), "no checkout around the tests");
    }
    return Files.readString(root.resolve("docs/language.md"));
  }
}
