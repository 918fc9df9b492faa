package dev.millrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Problem.Severity;
import dev.millrace.core.definition.Resources;
import io.serverlessworkflow.api.WorkflowFormat;
import io.serverlessworkflow.api.WorkflowReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every definition there is, judged by our compiler and by the reader of the language's Java SDK,
 * which validates against the released schema. Where they differ, the difference is on a list here,
 * with its reason.
 *
 * <p>The specification's own examples are read in place from a checkout of the specification that
 * {@code -Dmillrace.specification=DIR} names. They are no part of this repository.
 */
class SecondOpinionTest {
  private static final String SPECIFICATION = "millrace.specification";

  /** A task, where a function is expected, and a schema that asks for nothing. */
  private static final String STAND_IN = "set: { said: true }";

  /** Where a checkout of the specification has its examples, and what it calls invalid. */
  private static final String EXAMPLES = "examples";

  private static final int EXAMPLES_MIN = 68;
  private static final String INVALID = ".ci/validation/test/fixtures/invalid";
  private static final int INVALID_FIXTURES = 3;

  /** Definitions of the conformance kit. */
  private static final int KIT = 21;

  /** So many of our own are judged at least: fewer, and the agreement would mean nothing. */
  private static final int OURS_MIN = 150;

  /**
   * @param sign what the refusal says, or what the definition has
   */
  private record Difference(Pattern sign, String reason) {
    static Difference of(String sign, String reason) {
      return new Difference(Pattern.compile(sign), reason);
    }
  }

  /** What we refuse and the SDK does not, by what our refusal says. */
  private static final List<Difference> REFUSED_BY_US_ALONE =
      List.of(
          Difference.of("expected 'transport'", "the form of mcp before 1.0.2"),
          Difference.of("there is no \\w+ '", "the SDK reads names and does not look them up"),
          Difference.of("unknown key '", "metadata is a free map, and a profile to us"),
          Difference.of("has to be the whole value", "dsl.md 2.8 row 13: never guessed at"),
          Difference.of("\\$secrets can only be used", "anything else would be journaled"),
          Difference.of("data is never put into a command", "ADR 0090"));

  /** What of the specification's examples is right, and not carried out. */
  private static final List<Difference> EXAMPLES_NOT_CARRIED_OUT =
      List.of(
          Difference.of("protocol \"ws\"", "asyncapi is Kafka's here"),
          Difference.of("the log of a container is one", "a job's output is one stream"));

  /** What the SDK refuses and we do not, by what the definition has. */
  private static final List<Difference> REFUSED_BY_THE_SDK_ALONE =
      List.of(
          Difference.of("set: *\\{ *\\}", "the released schema wants a property in every set"),
          Difference.of("source: ['\"]?/", "a relative reference, a URI on main, not yet in 1.0.3"),
          Difference.of("arguments:( *\\[|\\s+- )", "a list, as the reference has it"),
          Difference.of("pullPolicy: ", "of 1.0.2, and not in the SDK's schema"),
          Difference.of("stdin: *\\{", "an object is passed on as JSON; the schema wants text"),
          Difference.of("(?s)catch:.*then:", "catch.then is on main, not yet in 1.0.3"));

  /**
   * @param byUs the problems for which we would refuse it
   * @param byTheSdk why the SDK refuses it; empty if it does not
   */
  private record Judged(DefinitionCorpus.Entry entry, List<Problem> byUs, String byTheSdk) {
    static Judged of(DefinitionCorpus.Entry entry) {
      return new Judged(entry, refusal(entry.definition()), refusalOfTheSdk(entry.definition()));
    }

    /** Right by the language, be it carried out or not. */
    boolean isValidToUs() {
      return byUs.stream().noneMatch(problem -> problem.severity() == Severity.ERROR);
    }

    boolean isCarriedOut() {
      return byUs.isEmpty();
    }

    boolean isValidToTheSdk() {
      return byTheSdk.isEmpty();
    }

    boolean isExplained() {
      if (isValidToUs() == isValidToTheSdk()) {
        return true;
      }
      return isValidToUs()
          ? has(REFUSED_BY_THE_SDK_ALONE, entry.definition())
          : has(REFUSED_BY_US_ALONE, byUs.toString());
    }

    @Override
    public String toString() {
      return "%s%n  we: %s%n  the SDK: %s".formatted(entry.place(), byUs, byTheSdk);
    }

    private static boolean has(List<Difference> differences, String text) {
      return differences.stream().anyMatch(it -> it.sign().matcher(text).find());
    }
  }

  private static List<Problem> refusal(String definition) {
    return refusal(definition, Resources.NONE);
  }

  /** Whoever deploys reads what a definition refers to; here something stands in for it. */
  private static List<Problem> refusal(String definition, Resources resources) {
    try {
      PlanCompiler.compile(definition, LanguageSchemaTest.catalog(definition), resources);
      return List.of();
    } catch (InvalidDefinitionException e) {
      return e.missing().isEmpty()
          ? e.problems()
          : refusal(definition, withStandIns(resources, e.missing()));
    }
  }

  private static Resources withStandIns(Resources resources, Set<String> missing) {
    var all = resources;
    for (var uri : missing) {
      all = all.with(uri, STAND_IN);
    }
    return all;
  }

  private static String refusalOfTheSdk(String definition) {
    try {
      WorkflowReader.validation().read(definition, WorkflowFormat.YAML);
      return "";
    } catch (IOException | RuntimeException e) {
      return e.toString();
    }
  }

  @Test
  void of_the_specifications_examples_all_are_valid_and_few_are_not_carried_out() {
    var folder = System.getProperty(SPECIFICATION);
    assumeTrue(folder != null, "no -D" + SPECIFICATION + "=DIR: the examples are not judged");
    var judged = judge("the specification's examples", yaml(Path.of(folder).resolve(EXAMPLES)));
    judged.forEach(SecondOpinionTest::print);
    assertThat(judged).hasSizeGreaterThanOrEqualTo(EXAMPLES_MIN);
    assertThat(judged.stream().filter(it -> !it.isValidToUs()).map(Judged::toString)).isEmpty();
    assertThat(judged.stream().filter(it -> !it.isCarriedOut()).map(it -> it.byUs().toString()))
        .allMatch(problems -> Judged.has(EXAMPLES_NOT_CARRIED_OUT, problems));
  }

  @Test
  void of_the_kits_definitions_both_accept_all() {
    var kit = DefinitionCorpus.beside("ctk", ".feature");
    assumeTrue(!kit.isEmpty(), "no conformance kit beside the repository");
    assertThat(judge("the conformance kit", kit))
        .hasSize(KIT)
        .allMatch(Judged::isCarriedOut)
        .allMatch(Judged::isValidToTheSdk);
  }

  @Test
  void of_our_definitions_and_scenarios_both_think_the_same() {
    var ours = new ArrayList<>(DefinitionCorpus.files());
    DefinitionCorpus.inTests().stream()
        .filter(entry -> entry.place().contains("schemas/conformance"))
        .forEach(ours::add);
    assertThat(judge("our own", ours)).hasSizeGreaterThanOrEqualTo(OURS_MIN);
  }

  @Test
  void what_the_specification_calls_invalid_both_refuse() {
    var folder = System.getProperty(SPECIFICATION);
    assumeTrue(folder != null, "no -D" + SPECIFICATION + "=DIR: its fixtures are not judged");
    var fixtures = yaml(Path.of(folder).resolve(INVALID));
    assertThat(fixtures).hasSize(INVALID_FIXTURES);
    assertThat(fixtures.stream().map(Judged::of))
        .noneMatch(Judged::isValidToUs)
        .noneMatch(Judged::isValidToTheSdk);
  }

  /** The mistakes of the specification's fixtures, and some more. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "do: [ { a: { call: http, with: { method: get, endpoint: 'https://a.example' }, extra: 1 } } ]",
        "do: [ { a: { wait: PT1S }, b: { wait: PT1S } } ]",
        "do: [ { a: { listen: { to: { any: [], until: { any: [], until: '${ true }' } } } } } ]",
        "do: [ { a: { say: x } } ]",
        "do: [ { a: { for: {} } } ]",
        "use: {}"
      })
  void both_refuse_what_is_no_definition(String rest) {
    assertRefusedByBoth(
        "document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }\n" + rest);
  }

  @Test
  void both_refuse_what_has_no_version() {
    assertRefusedByBoth(
        "document: { dsl: '1.0.3', namespace: a, name: b }\ndo: [ { a: { wait: PT1S } } ]");
  }

  private static void assertRefusedByBoth(String definition) {
    var judged = Judged.of(new DefinitionCorpus.Entry("", definition));
    assertThat(judged.isValidToUs()).isFalse();
    assertThat(judged.isValidToTheSdk()).isFalse();
  }

  private static List<Judged> judge(String what, List<DefinitionCorpus.Entry> entries) {
    var judged = entries.stream().map(Judged::of).toList();
    System.out.printf(
        "%s: %d judged, %d valid to us, of which %d are carried out, %d valid to the SDK%n",
        what,
        judged.size(),
        judged.stream().filter(Judged::isValidToUs).count(),
        judged.stream().filter(Judged::isCarriedOut).count(),
        judged.stream().filter(Judged::isValidToTheSdk).count());
    assertThat(judged.stream().filter(it -> !it.isExplained()).map(Judged::toString)).isEmpty();
    return judged;
  }

  private static void print(Judged it) {
    if (!it.isCarriedOut()) {
      System.out.printf("  we refuse %s: %s%n", it.entry().place(), it.byUs());
    }
    if (!it.isValidToTheSdk()) {
      System.out.printf("  the SDK refuses %s: %s%n", it.entry().place(), it.byTheSdk());
    }
  }

  private static List<DefinitionCorpus.Entry> yaml(Path folder) {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .sorted()
          .map(file -> new DefinitionCorpus.Entry(file.getFileName().toString(), text(file)))
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
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
