package dev.millrace.server.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Counts our scenarios by the areas of {@code schemas/conformance/areas.yaml}: as many as the
 * contract of the language asks for, each counted once, none outside.
 */
class AreasTest {
  private static final Pattern RULE = Pattern.compile("Rule (\\d+) - .+");
  private static final List<String> PARTS = List.of("language", "profile");

  private static JsonNode table;
  private static List<Area> areas;
  private static List<Scenario> scenarios;

  /**
   * @param tags its own and those of its feature
   */
  private record Scenario(String feature, String name, Set<String> tags) {}

  private record Area(
      String part, String name, int atLeast, Set<String> features, Set<String> tags) {
    static Area of(String part, JsonNode row) {
      return new Area(
          part,
          row.path("area").asText(),
          row.path("atLeast").asInt(),
          texts(row.path("features")),
          texts(row.path("tags")));
    }

    private static Set<String> texts(JsonNode list) {
      var texts = new LinkedHashSet<String>();
      list.forEach(text -> texts.add(text.asText()));
      return texts;
    }

    boolean isTagOf(Scenario scenario) {
      return scenario.tags().stream().anyMatch(tags::contains);
    }
  }

  @BeforeAll
  static void readTheTable() throws IOException {
    table = new YAMLMapper().readTree(Features.own().resolve("areas.yaml").toFile());
    areas = PARTS.stream().flatMap(part -> rows(part).stream()).toList();
    scenarios = new ArrayList<>();
    try (var files = Files.list(Features.own())) {
      for (var file : files.sorted(Comparator.naturalOrder()).toList()) {
        if (file.toString().endsWith(".feature")) {
          read(file);
        }
      }
    }
  }

  private static List<Area> rows(String part) {
    return StreamSupport.stream(table.path(part).spliterator(), false)
        .map(row -> Area.of(part, row))
        .toList();
  }

  /** An outline counts as one, however many examples it has. */
  private static void read(Path file) throws IOException {
    var feature = file.getFileName().toString().replace(".feature", "");
    var pending = new LinkedHashSet<String>();
    var common = Set.<String>of();
    for (var line : Files.readAllLines(file)) {
      var text = line.strip();
      if (text.startsWith("@")) {
        List.of(text.split("\\s+")).forEach(tag -> pending.add(tag.substring(1)));
      } else if (text.startsWith("Feature:")) {
        common = Set.copyOf(pending);
        pending.clear();
      } else if (text.startsWith("Scenario:") || text.startsWith("Scenario Outline:")) {
        pending.addAll(common);
        var name = text.substring(text.indexOf(':') + 1).strip();
        scenarios.add(new Scenario(feature, name, Set.copyOf(pending)));
        pending.clear();
      }
    }
  }

  private static List<Area> areasOf(Scenario scenario) {
    var tagged = areas.stream().filter(area -> area.isTagOf(scenario)).toList();
    return tagged.isEmpty()
        ? areas.stream().filter(area -> area.features().contains(scenario.feature())).toList()
        : tagged;
  }

  private static boolean isRule(Scenario scenario) {
    return RULE.matcher(scenario.name()).matches();
  }

  private static long count(Area area) {
    return scenarios.stream()
        .filter(scenario -> !isRule(scenario))
        .filter(scenario -> areasOf(scenario).contains(area))
        .count();
  }

  @Test
  void every_scenario_is_counted_once() {
    assertThat(scenarios)
        .filteredOn(scenario -> !isRule(scenario))
        .allSatisfy(scenario -> assertThat(areasOf(scenario)).as(scenario.toString()).hasSize(1));
  }

  @Test
  void every_area_has_as_many_as_it_needs() {
    areas.forEach(area ->
        System.out.printf(
            "%-8s %-32s %3d of %2d%n", area.part(), area.name(), count(area), area.atLeast()));
    assertThat(areas)
        .filteredOn(area -> count(area) < area.atLeast())
        .as("areas that are short of scenarios")
        .isEmpty();
  }

  @Test
  void language_and_profile_have_as_many_as_they_need() {
    for (var part : PARTS) {
      var counted = areas.stream().filter(it -> it.part().equals(part)).mapToLong(AreasTest::count);
      assertThat(counted.sum())
          .as("scenarios of the " + part)
          .isGreaterThanOrEqualTo(table.path("totals").path(part).asLong());
    }
  }

  @Test
  void every_rule_has_a_scenario_of_its_own() {
    var rules =
        scenarios.stream()
            .map(scenario -> RULE.matcher(scenario.name()))
            .filter(java.util.regex.Matcher::matches)
            .map(rule -> Integer.valueOf(rule.group(1)))
            .toList();
    var all = IntStream.rangeClosed(1, table.path("rules").asInt()).boxed().toList();
    assertThat(rules).containsExactlyInAnyOrderElementsOf(all);
  }
}
