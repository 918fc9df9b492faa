package dev.millrace.stages.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Base64;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Bodies of operations that are forms. */
final class OpenApiFormTest extends OpenApiServer {
  private static final String DOCUMENT =
      """
      openapi: 3.1.0
      info: {title: Files, version: '1'}
      paths:
        /upload:
          post:
            operationId: upload
            requestBody:
              content:
                multipart/form-data:
                  schema: {$ref: '#/components/schemas/Upload'}
                  encoding: {rules: {contentType: 'application/yaml, text/yaml'}, photo: {contentType: image/*}}
            responses: {}
        /strict:
          post:
            operationId: strict
            requestBody:
              content:
                multipart/form-data:
                  schema: {properties: {a: {type: string}}}
                  encoding: {a: {headers: {X-Sum: {required: true, schema: {}}}}}
            responses: {}
        /mixed:
          post: {operationId: mixed, requestBody: {content: {multipart/mixed: {schema: {}}}}, responses: {}}
        /form:
          post:
            operationId: form
            requestBody:
              content:
                application/x-www-form-urlencoded:
                  schema: {properties: {tags: {type: array}, at: {type: object}, deep: {type: object}, csv: {}}}
                  encoding: {deep: {style: deepObject, explode: true}, csv: {explode: false}}
            responses: {}
      components:
        schemas:
          Upload:
            required: [title]
            properties:
              title: {type: string}
              count: {type: integer}
              meta: {type: object}
              tags: {type: array, items: {type: string}}
              rules: {type: string}
              photo: {type: string, format: binary}
              pages: {type: array, items: {$ref: '#/components/schemas/Page'}}
              seal: {type: string, format: byte}
          Page: {contentMediaType: application/pdf}
      """;

  private static final String SWAGGER =
      """
      swagger: '2.0'
      info: {title: Files, version: '1'}
      paths:
        /upload:
          post:
            operationId: upload
            consumes: [multipart/form-data]
            parameters:
              - {name: title, in: formData, type: string, required: true}
              - {name: photo, in: formData, type: file}
            responses: {}
      """;

  @BeforeEach
  void publish() {
    document("/doc/files", DOCUMENT);
    document("/doc/swagger", SWAGGER);
  }

  private String sent(String parameters) throws Exception {
    return said(call("/doc/files", "upload", parameters));
  }

  private static String part(String name, String more, String type, String content) {
    return "Content-Disposition: form-data; name=\"%s\"%s\r\nContent-Type: %s\r\n\r\n%s\r\n"
        .formatted(name, more, type, content);
  }

  private static String base64(String text) {
    return Base64.getEncoder()
        .encodeToString(text.getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
  }

  @Test
  void each_field_is_a_part_and_the_hash_of_them_stands_between() throws Exception {
    var lines = sent("{'title': 'a b', 'count': 2}").split("\n", 3);
    assertThat(lines[0]).isEqualTo("POST /upload");
    assertThat(lines[1]).matches("multipart/form-data; boundary=millrace-[0-9a-f]{40}");
    var between = "--" + lines[1].replaceFirst(".*boundary=", "");
    assertThat(lines[2])
        .isEqualTo(
            between
                + "\r\n"
                + part("title", "", "text/plain; charset=utf-8", "a b")
                + between
                + "\r\n"
                + part("count", "", "text/plain; charset=utf-8", "2")
                + between
                + "--\r\n");
  }

  @Test
  void every_attempt_sends_the_same_bytes() throws Exception {
    assertThat(sent("{'title': 'a'}"))
        .isEqualTo(sent("{'title': 'a'}"))
        .isNotEqualTo(sent("{'title': 'b'}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "'meta': {'a': [1]}        | meta  |                      | application/json          | {\"a\":[1]}",
        "'rules': 'x: 1'           | rules |                      | application/yaml          | x: 1",
        "'tags': ['x', 'y']        | tags  |                      | text/plain; charset=utf-8 | y",
        "'photo': '/wD+'           | photo | ; filename=\"photo\" | application/octet-stream  | \u00ff\0\u00fe",
        "'photo': {'content': '/wD+', 'filename': 'me.png', 'contentType': 'image/png'}"
            + " | photo | ; filename=\"me.png\" | image/png | \u00ff\0\u00fe",
        "'photo': {'text': 'a,b', 'filename': 'a\\\"b'} | photo | ; filename=\"a%22b\" |"
            + " application/octet-stream | a,b",
        "'pages': ['eA==', 'eQ=='] | pages | ; filename=\"pages\" | application/pdf           | y",
        "'seal': 'eA=='            | seal  |                      | text/plain; charset=utf-8 | eA==",
      })
  void a_part_is_what_schema_and_encoding_say(
      String field, String name, String file, String type, String content) throws Exception {
    assertThat(sent("{'title': 't', " + field + "}"))
        .contains(part(name, file == null ? "" : file, type, content));
  }

  @Test
  void all_fields_may_come_as_the_body() throws Exception {
    assertThat(sent("{'body': {'title': 't', 'other': 7, 'none': null}}"))
        .contains(part("title", "", "text/plain; charset=utf-8", "t"))
        .contains(part("other", "", "text/plain; charset=utf-8", "7"))
        .doesNotContain("none");
  }

  @Test
  void a_file_of_swagger_2_is_one_too() throws Exception {
    assertThat(said(call("/doc/swagger", "upload", "{'title': 't', 'photo': 'eA=='}")))
        .contains(part("photo", "; filename=\"photo\"", "application/octet-stream", "x"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "upload | {'count': 1} | needs the parameter 'title' (form)",
        "upload | {'title': 't', 'photo': 'no base64!'} | is given in base64, or as {text: …}",
        "upload | {'title': 't', 'photo': 7} | a file is base64 text or an object of [content, text,",
        "upload | {'title': 't', 'photo': {'path': '/etc/passwd'}} | not 'path'",
        "upload | {'title': 't', 'photo': {'text': 'a', 'content': ''}} | either 'content' or 'text'",
        "upload | {'title': 't', 'photo': {'text': 'a', 'contentType': 'a/b\\r\\nX: y'}} | no content type",
        "upload | {'title': 't', 'more': 1} | has no parameter 'more'",
        "strict | {'a': 'x'} | has to have the header X-Sum, which cannot be sent",
        "mixed  | {} | wants multipart/mixed; of multipart types only multipart/form-data can be sent",
      })
  void what_cannot_be_sent_is_refused_with_its_reason(
      String operation, String parameters, String reason) throws Exception {
    assertThat(said(call("/doc/files", operation, parameters)))
        .startsWith("refused: ")
        .contains(reason);
  }

  @Test
  void a_name_cannot_end_its_line() throws Exception {
    assertThat(sent("{'body': {'title': 't', 'a\\r\\nX: \\\"y': 1}}"))
        .contains("name=\"a%0D%0AX: %22y\"");
  }

  @Test
  void it_is_bounded() throws Exception {
    var large = base64("x".repeat(MultipartForm.BYTES_MAX));
    assertThat(sent("{'title': 't', 'photo': '" + large + "'}"))
        .contains("at most PARTS_MAX = 1,000 parts and BYTES_MAX = 8,388,608 bytes");
    assertThat(sent("{'title': 't', 'tags': [" + "1,".repeat(1_000) + "1]}"))
        .contains("at most PARTS_MAX");
  }

  @Test
  void an_encoded_form_has_the_documents_styles_and_objects_as_json() throws Exception {
    assertThat(
            said(
                call(
                    "/doc/files",
                    "form",
                    "{'tags': ['a', 'b&'], 'at': {'x': 1}, 'deep': {'y': 2}, 'csv': ['p', 'q']}")))
        .isEqualTo(
            "POST /form\napplication/x-www-form-urlencoded\n"
                + "tags=a&tags=b%26&at=%7B%22x%22%3A1%7D&deep%5By%5D=2&csv=p,q");
  }
}
