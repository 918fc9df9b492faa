package dev.millrace.stages.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.stage.StageAnswer.Refused;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A document in several files. */
final class OpenApiReferencesTest extends OpenApiServer {
  private static final String HEAD = "openapi: 3.0.3\ninfo: {title: Pets, version: '1'}\n";

  @BeforeEach
  void publish() {
    document(
        "/doc/pets.yaml",
        HEAD
            + """
            paths:
              /far: {$ref: 'paths/far.yaml'}
              /pets/{id}:
                get: {operationId: getPet, parameters: [{$ref: 'common/parameters.yaml#/id'}]}
              /away:
                get: {operationId: away, parameters: [{$ref: 'http://127.0.0.1:1/x.yaml#/id'}]}
              /nowhere:
                get: {operationId: nowhere, parameters: [{$ref: 'common/parameters.yaml#/none'}]}
              /odd:
                get: {operationId: odd, parameters: [{$ref: 'common/parameters.yaml#none'}]}
              /gone:
                get: {operationId: gone, parameters: [{$ref: 'gone.yaml'}]}
              /circle:
                get: {operationId: circle, parameters: [{$ref: 'common/parameters.yaml#/circle'}]}
              /plain:
                get: {operationId: plain}
            components:
              parameters:
                Mode: {name: mode, in: query, schema: {type: string}}
            """);
    document(
        "/doc/common/parameters.yaml",
        """
        id: {$ref: '#/real'}
        real: {name: id, in: path, required: true, schema: {type: string}}
        circle: {$ref: '../circle.yaml#/circle'}
        mode: {$ref: '../pets.yaml#/components/parameters/Mode'}
        """);
    document("/doc/circle.yaml", "circle: {$ref: 'common/parameters.yaml#/circle'}");
    document(
        "/doc/paths/far.yaml",
        "get: {operationId: far, parameters: [{$ref: '../common/parameters.yaml#/mode'}]}");
  }

  private String sent(String operation, String parameters) throws Exception {
    return said(call("/doc/pets.yaml", operation, parameters)).lines().findFirst().orElse("");
  }

  @Test
  void a_reference_into_another_document_is_followed_from_where_it_stands() throws Exception {
    assertThat(sent("getPet", "{'id': 7}")).isEqualTo("GET /pets/7");
    assertThat(fetched).containsExactly("/doc/pets.yaml", "/doc/common/parameters.yaml");
  }

  @Test
  void there_and_back() throws Exception {
    assertThat(sent("far", "{'mode': 'x'}")).isEqualTo("GET /far?mode=x");
    assertThat(fetched)
        .containsExactly("/doc/pets.yaml", "/doc/paths/far.yaml", "/doc/common/parameters.yaml");
  }

  @Test
  void what_the_operation_does_not_need_is_not_loaded_and_nothing_is_loaded_twice()
      throws Exception {
    assertThat(sent("plain", "{}")).isEqualTo("GET /plain");
    assertThat(fetched).containsExactly("/doc/pets.yaml");
    sent("getPet", "{'id': 1}");
    sent("getPet", "{'id': 2}");
    assertThat(fetched).hasSize(2);
  }

  @Test
  void the_others_are_for_whoever_may_read_the_first() throws Exception {
    authorizedCall("/doc/pets.yaml", "far");
    assertThat(fetched).hasSize(3).allMatch(each -> each.endsWith(" Bearer t0"));
  }

  @ParameterizedTest
  @CsvSource({
    "away, references lead to documents of the same server only",
    "nowhere, leads nowhere",
    "odd, is no place in a document",
    "circle, references lead over 20 others at most",
  })
  void where_a_reference_cannot_lead_is_told(String operation, String reason) throws Exception {
    assertThat(sent(operation, "{}")).startsWith("refused: ").contains(reason);
  }

  @Test
  void a_document_that_is_not_there_is_told_by_its_address() throws Exception {
    document("/doc/gone.yaml", 404, "");
    var answer = call("/doc/pets.yaml", "gone", "{}");
    assertThat(said(answer)).contains("/doc/gone.yaml");
  }

  @Test
  void what_is_no_document_is_told_by_its_address() throws Exception {
    document("/doc/gone.yaml", "just text");
    assertThat(said(call("/doc/pets.yaml", "gone", "{}")))
        .startsWith("refused: what http://127.0.0.1:")
        .contains("/doc/gone.yaml has is no part of an OpenAPI document");
  }

  @Test
  void their_number_and_size_are_bounded() throws Exception {
    var first = new StringBuilder(HEAD + "paths: {/many: {get: {operationId: many, parameters: [");
    for (var i = 0; i <= OpenApiDocument.OTHERS_MAX; i++) {
      first.append("{$ref: 'part").append(i).append(".yaml'},");
      document("/many/part" + i + ".yaml", "name: p" + i + "\nin: query");
    }
    document("/many/first.yaml", first + "]}}}");
    assertThat(said(call("/many/first.yaml", "many", "{}")))
        .contains("more than OTHERS_MAX = 32 documents");

    document(
        "/large/first.yaml",
        HEAD + "paths: {/a: {get: {operationId: a, parameters: [{$ref: b.yaml}]}}}");
    document("/large/b.yaml", "#" + "x".repeat(OpenApiStage.DOCUMENT_BYTES_MAX - 2));
    var refused = (Refused) call("/large/first.yaml", "a", "{}");
    assertThat(refused.error().detail()).contains("more than DOCUMENT_BYTES_MAX = 4,194,304 bytes");
  }
}
