package dev.millrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.millrace.core.definition.InvalidDefinitionException;
import io.serverlessworkflow.api.WorkflowFormat;
import io.serverlessworkflow.api.WorkflowReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
          Difference.of("not supported yet by this version", "refused until it is carried out"),
          Difference.of("expected 'transport'", "the form of mcp before 1.0.2"),
          Difference.of("there is no \\w+ '", "the SDK reads names and does not look them up"),
          Difference.of("unknown key '", "metadata is a free map, and a profile to us"),
          Difference.of("has to be the whole value", "dsl.md 2.8 row 13: never guessed at"),
          Difference.of("is not at hand", "whoever deploys reads catalogs; here nobody does"),
          Difference.of("\\$secrets can only be used", "anything else would be journaled"),
          Difference.of("is not supported for an? \\w+ call", "the peer has no such scheme"),
          Difference.of("data is never put into a command", "ADR 0090"),
          Difference.of("the log of a container is one", "a job's output is one stream"),
          Difference.of("a job has no address", "ports of a container, ADR 0148"));

  /** What the SDK refuses and we do not, by what the definition has. */
  private static final List<Difference> REFUSED_BY_THE_SDK_ALONE =
      List.of(
          Difference.of("set: *\\{ *\\}", "the released schema wants a property in every set"),
          Difference.of("source: ['\"]?/", "a relative reference, a URI on main, not yet in 1.0.3"),
          Difference.of("arguments:( *\\[|\\s+- )", "a list, as the reference has it"),
          Difference.of("pullPolicy: ", "of 1.0.2, and not in the SDK's schema"),
          Difference.of("stdin: *\\{", "an object is passed on as JSON; the schema wants text"),
          Difference.of("(?s)catch:.*then:", "catch.then is on main, not yet in 1.0.3"));

  private record Judged(DefinitionCorpus.Entry entry, String byUs, String byTheSdk) {
    static Judged of(DefinitionCorpus.Entry entry) {
      return new Judged(entry, refusal(entry.definition()), refusalOfTheSdk(entry.definition()));
    }

    boolean isAcceptedByUs() {
      return byUs.isEmpty();
    }

    boolean isExplained() {
      if (byUs.isEmpty() == byTheSdk.isEmpty()) {
        return true;
      }
      return byUs.isEmpty()
          ? has(REFUSED_BY_THE_SDK_ALONE, entry.definition())
          : has(REFUSED_BY_US_ALONE, byUs);
    }

    private static boolean has(List<Difference> differences, String text) {
      return differences.stream().anyMatch(it -> it.sign().matcher(text).find());
    }
  }

  private static String refusal(String definition) {
    try {
      PlanCompiler.compile(definition, LanguageSchemaTest.catalog(definition));
      return "";
    } catch (InvalidDefinitionException e) {
      return String.valueOf(e.getMessage());
    }
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
  void of_the_specifications_examples_we_refuse_none_but_for_a_known_reason() {
    var folder = System.getProperty(SPECIFICATION);
    assumeTrue(folder != null, "no -D" + SPECIFICATION + "=DIR: the examples are not judged");
    var judged = judge("the specification's examples", examples(Path.of(folder)));
    judged.forEach(SecondOpinionTest::print);
    assertThat(judged).isNotEmpty();
    assertThat(judged)
        .filteredOn(it -> !it.isAcceptedByUs())
        .allSatisfy(it ->
            assertThat(Judged.has(REFUSED_BY_US_ALONE, it.byUs()))
                .as("%s: %s", it.entry().place(), it.byUs())
                .isTrue());
  }

  @Test
  void of_the_kits_definitions_both_accept_all() {
    var kit = DefinitionCorpus.beside("ctk", ".feature");
    assumeTrue(!kit.isEmpty(), "no conformance kit beside the repository");
    assertThat(judge("the conformance kit", kit))
        .hasSize(KIT)
        .allMatch(Judged::isAcceptedByUs)
        .allSatisfy(it -> assertThat(it.byTheSdk()).isEmpty());
  }

  @Test
  void of_our_definitions_and_scenarios_both_think_the_same() {
    var ours = new ArrayList<>(DefinitionCorpus.files());
    DefinitionCorpus.inTests().stream()
        .filter(entry -> entry.place().contains("schemas/conformance"))
        .forEach(ours::add);
    assertThat(judge("our own", ours)).hasSizeGreaterThanOrEqualTo(OURS_MIN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }",
        "document: { dsl: '1.0.3', namespace: a, name: b }\ndo: [ { a: { wait: PT1S } } ]",
        "document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }\ndo: [ { a: { say: x } } ]",
        "document: { dsl: '1.0.3', namespace: a, name: b, version: '1.0.0' }\ndo: [ { a: { for: {} } } ]"
      })
  void both_refuse_what_is_no_definition(String text) {
    assertThat(refusal(text)).isNotEmpty();
    assertThat(refusalOfTheSdk(text)).isNotEmpty();
  }

  private static List<Judged> judge(String what, List<DefinitionCorpus.Entry> entries) {
    var judged = entries.stream().map(Judged::of).toList();
    System.out.printf(
        "%s: %d judged, %d accepted by us, %d by the SDK's reader%n",
        what,
        judged.size(),
        judged.stream().filter(Judged::isAcceptedByUs).count(),
        judged.stream().filter(it -> it.byTheSdk().isEmpty()).count());
    assertThat(judged)
        .allSatisfy(it ->
            assertThat(it.isExplained())
                .as("%s\nwe: %s\nthe SDK: %s", it.entry().place(), it.byUs(), it.byTheSdk())
                .isTrue());
    return judged;
  }

  private static void print(Judged it) {
    if (!it.byUs().isEmpty()) {
      System.out.printf("  we refuse %s: %s%n", it.entry().place(), it.byUs());
    }
    if (!it.byTheSdk().isEmpty()) {
      System.out.printf("  the SDK refuses %s: %s%n", it.entry().place(), it.byTheSdk());
    }
  }

  private static List<DefinitionCorpus.Entry> examples(Path specification) {
    var nested = specification.resolve("examples");
    try (var files = Files.walk(Files.isDirectory(nested) ? nested : specification)) {
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
