package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Documents from a server, and calls to it that show what was sent. */
class OpenApiStageTest extends OpenApiServer {
  private static final String SWAGGER =
      """
      swagger: '2.0'
      info: {title: Pets, version: '1'}
      basePath: /v2
      parameters:
        limit: {name: limit, in: query, type: integer}
      paths:
        /pets/{petId}:
          parameters: [{name: petId, in: path, required: true, type: string}]
          get: {operationId: getPet, responses: {}}
        /pets:
          get:
            operationId: findPets
            parameters:
              - {name: status, in: query, type: array, items: {type: string}, collectionFormat: multi}
              - {name: tags, in: query, type: array, items: {type: string}}
              - {name: X-Mode, in: header, type: string}
              - {$ref: '#/parameters/limit'}
            responses: {}
          post:
            operationId: addPet
            consumes: [application/json]
            parameters: [{name: pet, in: body, required: true, schema: {type: object}}]
            responses: {}
        /login:
          post:
            operationId: login
            consumes: [application/x-www-form-urlencoded]
            parameters:
              - {name: user, in: formData, type: string}
              - {name: n, in: formData, type: integer}
            responses: {}
      """;

  private static final String OPENAPI =
      """
      openapi: 3.1.0
      info: {title: Pets, version: '1'}
      servers: [{url: '/{base}', variables: {base: {default: v3}}}]
      paths:
        /pets/{ids}:
          get:
            operationId: getPets
            parameters:
              - {$ref: '#/components/parameters/Ids'}
              - {name: at, in: query, style: deepObject, schema: {type: object}}
              - {name: any, in: query, schema: {type: array}}
              - {name: csv, in: query, explode: false, schema: {type: array}}
              - {name: p, in: query, style: pipeDelimited, schema: {type: array}}
              - {name: session, in: cookie, schema: {type: string}}
            responses: {}
        /pets:
          post:
            operationId: addPet
            requestBody:
              required: true
              content: {application/vnd.pet+json: {schema: {type: object}}}
            responses: {}
        /away:
          get: {operationId: away, servers: [{url: 'ftp://x'}], responses: {}}
        /matrix/{m}:
          get:
            operationId: matrix
            parameters: [{name: m, in: path, required: true, style: matrix, schema: {}}]
            responses: {}
        /matrices/{m}:
          get:
            operationId: matrices
            parameters: [{name: m, in: path, required: true, style: matrix, explode: true, schema: {}}]
            responses: {}
        /label/{l}:
          get:
            operationId: label
            parameters: [{name: l, in: path, required: true, style: label, schema: {}}]
            responses: {}
        /labels/{l}:
          get:
            operationId: labels
            parameters: [{name: l, in: path, required: true, style: label, explode: true, schema: {}}]
            responses: {}
        /deep/{d}:
          get:
            operationId: deep
            parameters: [{name: d, in: path, required: true, style: deepObject, schema: {}}]
            responses: {}
        /loop:
          get: {operationId: loop, parameters: [{$ref: '#/paths/~1loop/get/parameters/0'}]}
        /outside:
          get: {operationId: outside, parameters: [{$ref: 'http://127.0.0.1:1/x#/y'}]}
      components:
        parameters:
          Ids: {name: ids, in: path, required: true, schema: {type: array}}
      """;

  @BeforeEach
  void documents() {
    document("/doc/swagger", SWAGGER);
    document("/doc/openapi", OPENAPI);
  }

  /** Method, URI, the headers that matter and the body, as one text. */
  @Override
  void echo(HttpExchange exchange) throws IOException {
    var said = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    for (var header : new String[] {"X-Mode", "Cookie", "Content-Type", "Authorization"}) {
      var value = exchange.getRequestHeaders().getFirst(header);
      said += value == null ? "" : " " + header + "=" + value;
    }
    var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
    respond(exchange, 200, "text/plain", said + (body.isEmpty() ? "" : " " + body));
  }

  /** Documents of this test stand in one folder. */
  @Override
  StageAnswer call(String document, String operation, String parameters, String more)
      throws InterruptedException {
    return super.call("/doc/" + document, operation, parameters, more);
  }

  /** The examples of the specification, and what has to be encoded. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "matrix   | 'blue'                          | /matrix/;m=blue",
        "matrix   | ''                              | /matrix/;m",
        "matrix   | ['blue', 'black']               | /matrix/;m=blue,black",
        "matrix   | {'R': 100, 'G': 200}            | /matrix/;m=R,100,G,200",
        "matrix   | 'a;b/c'                         | /matrix/;m=a%3Bb%2Fc",
        "matrices | 'blue'                          | /matrices/;m=blue",
        "matrices | ['blue', 'black']               | /matrices/;m=blue;m=black",
        "matrices | {'R': 100, 'G': 200}            | /matrices/;R=100;G=200",
        "label    | 'blue'                          | /label/.blue",
        "label    | ['blue', 'black']               | /label/.blue,black",
        "label    | {'R': 100, 'G': 200}            | /label/.R,100,G,200",
        "labels   | ['blue', 'black']               | /labels/.blue.black",
        "labels   | {'R': 100, 'G': 200}            | /labels/.R=100.G=200",
      })
  void a_value_in_the_path_has_the_style_of_its_parameter(
      String operation, String value, String path) throws Exception {
    var name = operation.startsWith("matri") ? "m" : "l";
    assertThat(call("openapi", operation, "{'%s': %s}".formatted(name, value)))
        .isInstanceOfSatisfying(
            Completed.class,
            completed -> assertThat(completed.output().textValue()).isEqualTo("GET /v3" + path));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "swagger | getPet   | {'petId': 'a/b c'} | GET /v2/pets/a%2Fb%20c",
        "swagger | findPets | {'status': ['a', 'b&c'], 'tags': ['x', 'y'], 'X-Mode': 'fast',"
            + " 'limit': 5} | GET /v2/pets?status=a&status=b%26c&tags=x,y&limit=5 X-Mode=fast",
        "swagger | findPets | {} | GET /v2/pets",
        "swagger | addPet   | {'pet': {'id': 1}} | POST /v2/pets Content-Type=application/json"
            + " {\"id\":1}",
        "swagger | addPet   | {'body': {'id': 1}} | POST /v2/pets Content-Type=application/json"
            + " {\"id\":1}",
        "swagger | login    | {'user': 'a&b', 'n': 2} | POST /v2/login"
            + " Content-Type=application/x-www-form-urlencoded user=a%26b&n=2",
        "openapi | getPets  | {'ids': [1, 2], 'at': {'x': 1, 'y': 'z'}, 'any': ['a', 'b'], 'csv':"
            + " ['a', 'b'], 'p': ['a', 'b'], 'session': 's'} |"
            + " GET /v3/pets/1,2?at%5Bx%5D=1&at%5By%5D=z&any=a&any=b&csv=a,b&p=a%7Cb"
            + " Cookie=session=s",
        "openapi | addPet   | {'body': 'text'} | POST /v3/pets Content-Type=application/vnd.pet+json"
            + " \"text\"",
      })
  void parameters_go_where_and_how_the_document_says(
      String document, String operation, String parameters, String sent) throws Exception {
    assertThat(call(document, operation, parameters))
        .isInstanceOfSatisfying(
            Completed.class,
            completed -> assertThat(completed.output().textValue()).isEqualTo(sent));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "swagger | getPets | {} | has no operation 'getPets'; did you mean 'getPet'?",
        "swagger | getPet  | {} | needs the parameter 'petId' (path)",
        "swagger | getPet  | {'petId': '..'} | is no part of a path",
        "swagger | getPet  | {'petId': {'a': [1]}} | a value that is no text, number or boolean",
        "swagger | getPet  | {'petId': 1, 'peId': 2} | has no parameter 'peId'; it has [petId]",
        "swagger | addPet  | {} | needs the parameter 'pet' (body)",
        "swagger | findPets | {'X-Mode': 'a\\r\\nX: y'} | cannot be sent with a line break",
        "openapi | away    | {} | an http or https URI",
        "openapi | deep    | {'d': 1} | cannot be sent with style 'deepObject'",
        "openapi | label   | {'l': '.'} | which is no part of a path",
        "openapi | labels  | {'l': ['', '']} | which is no part of a path",
        "openapi | matrix  | {'m': []} | which is no part of a path",
        "openapi | matrix  | {'m': [[1]]} | a value that is no text, number or boolean",
        "openapi | loop    | {} | over 20 others at most",
        "openapi | outside | {} | references lead to documents of the same server only",
      })
  void a_call_that_cannot_be_made_is_refused_with_its_reason(
      String document, String operation, String parameters, String reason) throws Exception {
    assertThat(call(document, operation, parameters))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.error().type()).isEqualTo(Kind.CONFIGURATION.type());
              assertThat(refused.error().detail()).contains(reason);
            });
  }

  @Test
  void a_document_is_fetched_once_for_many_calls() throws Exception {
    for (var i = 0; i < 3; i++) {
      call("swagger", "findPets", "{}");
    }
    assertThat(fetched).hasSize(1);
  }

  @Test
  void the_authentication_is_of_the_call_and_not_of_the_document() throws Exception {
    var seen = new StringBuffer();
    serve(
        "/doc/open",
        exchange -> {
          seen.append(exchange.getRequestHeaders().getFirst("Authorization"));
          respond(exchange, 200, "application/yaml", SWAGGER);
        });

    var answer =
        call("open", "findPets", "{}", ", 'authentication': {'bearer': {'token': 'abc-1'}}");

    assertThat(seen).hasToString("null");
    assertThat(((Completed) answer).output().textValue()).endsWith("Authorization=Bearer abc-1");
  }

  @Test
  void output_response_is_that_of_an_http_call() throws Exception {
    var output =
        ((Completed) call("swagger", "getPet", "{'petId': 1}", ", 'output': 'response'")).output();

    assertThat(output.at("/request/method").asText()).isEqualTo("GET");
    assertThat(output.at("/statusCode").asInt()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "just text | what http://127.0.0.1:",
        "openapi: 2.7.0 | no document of Swagger 2.0 or OpenAPI 3",
        "{\"openapi\": | is no JSON or YAML",
        "a: [1, 2 | is no JSON or YAML",
      })
  void what_is_no_openapi_document_is_refused(String text, String reason) throws Exception {
    document("/doc/broken", 200, text);

    assertThat(call("broken", "x", "{}"))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.error().detail()).contains(reason));
  }

  @Test
  void a_document_that_is_not_there_or_not_now_is_told_by_its_status() throws Exception {
    document("/doc/gone", 404, "");
    document("/doc/down", 500, "");

    assertThat(call("gone", "x", "{}"))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.error().status()).isEqualTo(404));
    assertThat(call("down", "x", "{}"))
        .as("nothing was done: only the document was asked for")
        .isInstanceOf(Unavailable.class)
        .isNotInstanceOf(Unknown.class);
  }

  @Test
  void a_document_that_nests_too_deep_is_refused() throws Exception {
    document("/doc/deep", 200, "{\"openapi\": \"3.0.0\", \"x\": " + "[".repeat(10_000));

    assertThat(call("deep", "x", "{}")).isInstanceOf(Refused.class);
  }
}
