package dev.millrace.wire;

import static dev.millrace.wire.Samples.json;
import static dev.millrace.wire.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.DefinitionRef;
import org.junit.jupiter.api.Test;

class JsonSubmissionTest {
  private final Codec<Submission> codec = AvroCodecs.embedded(Samples.TOPICS).submissions();

  @Test
  void a_start_names_its_workflow_and_input() throws Exception {
    assertThat(read("{\"workflow\": \"shop/order:1.0.0\", \"input\": {\"id\": 7}}"))
        .isEqualTo(
            new Submission.Start(DefinitionRef.parse("shop/order:1.0.0"), json("{\"id\":7}")));
  }

  @Test
  void an_input_that_is_left_out_is_an_empty_object() throws Exception {
    assertThat(read(" {\"workflow\":\"shop/order\"}"))
        .isEqualTo(new Submission.Start(DefinitionRef.parse("shop/order"), json("{}")));
  }

  @Test
  void a_cancellation_says_why() throws Exception {
    assertThat(read("{\"cancel\":\"why\"}")).isEqualTo(new Submission.Cancel("why"));
  }

  @Test
  void a_misspelt_field_is_refused_with_the_nearest_word() {
    refused("{\"workflow\":\"a/b\",\"inptu\":{}}", "unknown field 'inptu', did you mean 'input'?");
  }

  @Test
  void a_field_near_no_word_is_refused_with_the_shape() {
    refused("{\"workflow\":\"a/b\",\"priority\":1}", "unknown field 'priority'; a submission is {");
  }

  @Test
  void wrong_shapes_are_refused_by_what_was_expected() {
    refused("[]", "expected {\"workflow\"", "got a JSON array");
    refused("{}", "exactly one of 'workflow' and 'cancel'");
    refused("{\"workflow\":\"a/b\",\"cancel\":\"x\"}", "exactly one of");
    refused("{\"workflow\":7}", "'workflow' is a string, got a JSON number");
    refused("{\"workflow\":\"nowhere\"}", "namespace/name or namespace/name:version");
    refused("{\"cancel\":\"x\",\"input\":1}", "'cancel' takes no 'input'");
    refused("{\"workflow\":\"a/b\"} {}", "neither JSON nor Avro");
    refused("start it, please", "neither JSON nor Avro");
    refused("", "neither JSON nor Avro");
  }

  private Submission read(String text) throws UndecodableException {
    return codec.decode(utf8(text));
  }

  private void refused(String text, String... reasons) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContainingAll(reasons);
  }
}
