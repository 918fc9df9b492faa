package dev.millrace.core.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.SpecificationVersion;
import com.networknt.schema.path.PathType;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The JSON Schema that editors use says what the compiler says, as far as a schema can. */
class LanguageSchemaTest {
  private static final Path FILE =
      DefinitionCorpus.root().resolve("schemas/language/millrace-1.0.3.schema.json");
  private static final Schema SCHEMA = schema();
  private static final Pattern CATALOG_FUNCTION = Pattern.compile("([\\w.-]+):1\\.0\\.0@default");

  /** So many of the corpus compile at least: fewer, and the agreement would mean nothing. */
  private static final int ACCEPTED_MIN = 60;

  private static Schema schema() {
    var settings =
        SchemaRegistryConfig.builder().locale(Locale.ROOT).pathType(PathType.JSON_POINTER).build();
    return SchemaRegistry.withDefaultDialect(
            SpecificationVersion.DRAFT_7, registry -> registry.schemaRegistryConfig(settings))
        .getSchema(json());
  }

  private static JsonNode json() {
    try {
      return new ObjectMapper().readTree(FILE.toFile());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void every_definition_that_ships_follows_it() {
    assertThat(DefinitionCorpus.files())
        .isNotEmpty()
        .allSatisfy(entry -> assertThat(violations(entry.definition())).isEmpty());
  }

  @Test
  void the_worked_definitions_follow_it() {
    var worked = DefinitionCorpus.beside("definitions", ".yaml");
    assumeTrue(!worked.isEmpty(), "no definitions beside the repository");
    assertThat(worked)
        .hasSize(6)
        .allSatisfy(entry -> assertThat(violations(entry.definition())).isEmpty());
  }

  @Test
  void the_definitions_of_the_conformance_kit_follow_it() {
    var kit = DefinitionCorpus.beside("ctk", ".feature");
    assumeTrue(!kit.isEmpty(), "no conformance kit beside the repository");
    assertThat(kit)
        .hasSize(21)
        .allSatisfy(entry -> assertThat(violations(entry.definition())).isEmpty());
  }

  @Test
  void it_accepts_whatever_the_compiler_accepts() {
    var accepted = DefinitionCorpus.inTests().stream().filter(LanguageSchemaTest::compiles);
    var disputed = new ArrayList<String>();
    var count =
        accepted
            .peek(entry ->
                violations(entry.definition())
                    .forEach(violation -> disputed.add(entry.place() + ": " + violation)))
            .count();
    assertThat(disputed).isEmpty();

    assertThat(count).isGreaterThanOrEqualTo(ACCEPTED_MIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          a misspelt root member    | do: [{a: {set: {x: 1}}}], inputs: {}
          no tasks                  | do: []
          two tasks in one entry    | do: [{a: {set: {x: 1}}, b: {set: {x: 1}}}]
          a task of no kind         | do: [{a: {metadata: {}}}]
          a task of two kinds       | do: [{a: {set: {x: 1}, wait: PT1S}}]
          a misspelt common member  | do: [{a: {set: {x: 1}, timout: PT1S}}]
          a call without a function | do: [{a: {call: 7}}]
          arguments as text         | do: [{a: {call: f, with: '${ . }'}}]
          http without an endpoint  | do: [{a: {call: http, with: {method: get}}}]
          http with a stray member  | do: [{a: {call: http, with: {method: get, endpoint: 'http://x', uri: y}}}]
          an unknown mcp method     | do: [{a: {call: mcp, with: {method: tools/run, transport: {http: {endpoint: 'http://x'}}}}}]
          a duration in words       | do: [{a: {wait: five minutes}}]
          an empty duration         | do: [{a: {wait: {}}}]
          a loop without a list     | do: [{a: {for: {each: x}, do: [{b: {set: {x: 1}}}]}}]
          a try without a catch     | do: [{a: {try: [{b: {set: {x: 1}}}]}}]
          a status that is none     | do: [{a: {raise: {error: {type: 'x:y', status: 42}}}}]
          a case without a target   | do: [{a: {switch: [{b: {when: .x}}]}}]
          a listener for nothing    | do: [{a: {listen: {to: {}}}}]
          two ways to run           | do: [{a: {run: {shell: {command: x}, script: {language: js, code: x}}}}]
          ports of a job            | do: [{a: {run: {container: {image: x, ports: {80: 80}}}}}]
          stdin nobody reads        | do: [{a: {run: {container: {image: x, stdin: y}}}}]
          a folder of the node      | do: [{a: {run: {container: {image: x, volumes: {/etc: /x}}}}}]
          an unknown profile word   | do: [{a: {call: f, metadata: {millrace: {polcy: x}}}}]
          an unknown retry word     | do: [{a: {set: {x: 1}}}], use: {retries: {r: {delays: PT1S}}}
          a catalog without a place | do: [{a: {set: {x: 1}}}], use: {catalogs: {c: {}}}
          a catalog with a template | do: [{a: {set: {x: 1}}}], use: {catalogs: {c: {endpoint: 'https://x/{y}'}}}
          a catalog with credentials | do: [{a: {set: {x: 1}}}], use: {catalogs: {c: {endpoint: {uri: 'https://x', authentication: {use: y}}}}}
          a schema without a place  | do: [{a: {set: {x: 1}, output: {schema: {resource: {}}}}}]
          another query language    | do: [{a: {set: {x: 1}}}], evaluate: {language: javascript}
          """)
  void it_refuses(String what, String members) {
    var definition =
        "{document: {dsl: '1.0.3', namespace: a, name: b, version: '1.0.0'}, " + members + "}";
    assertThat(violations(definition)).as(what).isNotEmpty();
  }

  @Test
  void it_refuses_an_unknown_word_of_the_profile_and_another_profile() {
    assertThat(violations(profile("{profile: '1', polices: {}}"))).isNotEmpty();
    assertThat(violations(profile("{profile: '2'}"))).isNotEmpty();
    assertThat(violations(profile("{profile: '1', policies: {p: {bulkhead: {max: 3}}}}")))
        .isEmpty();
  }

  private static String profile(String millrace) {
    return "{document: {dsl: '1.0.3', namespace: a, name: b, version: '1.0.0', metadata: {millrace:"
        + " "
        + millrace
        + "}}, do: [{a: {set: {x: 1}}}]}";
  }

  @Test
  void it_accepts_catalogs_urls_and_schemas_elsewhere() {
    var definition =
        """
        document: {dsl: '1.0.3', namespace: a, name: b, version: '1.0.0'}
        use:
          catalogs:
            beside: {endpoint: ./catalog/}
            web: {endpoint: {uri: 'https://example.com/catalog'}}
        input: {schema: {resource: {name: order, endpoint: 'https://example.com/order.json'}}}
        do:
          - a: {call: 'f:1.0.0@web', with: {x: 1}}
          - b: {call: 'https://example.com/f.yaml'}
        """;
    assertThat(violations(definition)).isEmpty();
  }

  @Test
  void definitions_that_ship_name_it_for_editors() {
    assertThat(DefinitionCorpus.files())
        .allSatisfy(entry -> assertThat(namedSchema(entry)).exists().isEqualTo(FILE));
  }

  private static Path namedSchema(DefinitionCorpus.Entry entry) {
    var modeline = Pattern.compile("(?m)^# yaml-language-server: \\$schema=(\\S+)$");
    var match = modeline.matcher(entry.definition());
    assertThat(match.find()).as("no line '# yaml-language-server: $schema=…'").isTrue();
    var file = DefinitionCorpus.root().resolve(entry.place());
    return file.resolveSibling(match.group(1)).normalize();
  }

  @Test
  void its_notice_is_kept() throws IOException {
    assertThat(Files.readString(FILE)).contains("Apache License 2.0");
  }

  /** Every function of the default catalog that the definition calls, whatever it is called. */
  static FunctionCatalog catalog(String definition) {
    return new FunctionCatalog(
        CATALOG_FUNCTION
            .matcher(definition)
            .results()
            .map(match -> match.group(1))
            .distinct()
            .collect(Collectors.toMap(name -> name, _ -> new StageName("any"))));
  }

  private static boolean compiles(DefinitionCorpus.Entry entry) {
    try {
      PlanCompiler.compile(entry.definition(), catalog(entry.definition()));
      return true;
    } catch (InvalidDefinitionException _) {
      return false;
    }
  }

  private static List<String> violations(String definition) {
    try {
      return SCHEMA.validate(DefinitionReader.read(definition).root()).stream()
          .map(com.networknt.schema.Error::toString)
          .toList();
    } catch (InvalidDefinitionException e) {
      throw new AssertionError(e.getMessage(), e);
    }
  }
}
