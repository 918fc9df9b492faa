package dev.millrace.wire;

import static dev.millrace.wire.Samples.json;
import static dev.millrace.wire.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.workflow.WorkflowCommand.Ruling;
import dev.millrace.schema.v1.Start;
import java.nio.ByteBuffer;
import java.util.Locale;
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
  void a_signal_has_a_name_an_id_and_data() throws Exception {
    assertThat(read("{\"signal\":\"approval\",\"id\":\"a-1\",\"data\":[1]}"))
        .isEqualTo(new Submission.Signal("approval", "a-1", json("[1]")));
    assertThat(read("{\"signal\":\"approval\",\"id\":\"a-1\"}"))
        .isEqualTo(new Submission.Signal("approval", "a-1", json("{}")));
  }

  @Test
  void a_signal_without_an_id_could_count_twice_and_is_refused() {
    refused("{\"signal\":\"approval\"}", "'id' is a string, got nothing");
    refused("{\"signal\":\"approval\",\"id\":\"\"}", "the id of a signal has 1 to 255 characters");
    refused("{\"signal\":\"\",\"id\":\"a-1\"}", "the name of a signal has 1 to 255 characters");
    refused("{\"signal\":\"a\",\"id\":\"" + "x".repeat(256) + "\"}", "got 256");
  }

  @Test
  void an_instance_is_suspended_with_a_reason_and_resumed() throws Exception {
    assertThat(read("{\"suspend\":\"why\"}")).isEqualTo(new Submission.Suspend("why"));
    assertThat(read("{\"resume\":true}")).isEqualTo(new Submission.Resume());
    refused("{\"resume\":false}", "'resume' is true, got false");
    refused("{\"resume\":\"now\"}", "'resume' is true, got a JSON string");
  }

  @Test
  void a_person_settles_a_compensation_by_one_of_three_words() throws Exception {
    for (var ruling : Ruling.values()) {
      var word = ruling.name().toLowerCase(Locale.ROOT);
      assertThat(read("{\"settle\":\"" + word + "\",\"reason\":\"why\"}"))
          .isEqualTo(new Submission.SettleCompensation(ruling, "why"));
    }
    refused(
        "{\"settle\":\"ignore\",\"reason\":\"why\"}",
        "'settle' is one of retry, skip, resolve; got 'ignore'");
    assertThat(read("{\"settle\":\"skip\",\"reason\":\"why\",\"task\":\"charge\"}"))
        .isEqualTo(new Submission.SettleCompensation(Ruling.SKIP, "why", "charge"));
    refused("{\"settle\":\"skip\"}", "'reason' is a string, got nothing");
  }

  @Test
  void a_submission_that_pretends_to_be_from_another_instance_is_refused() {
    var pretended =
        new dev.millrace.schema.v1.Submission(
            new Start(
                "shop/order",
                ByteBuffer.wrap(utf8("{}")),
                OriginMapping.toAvro(Samples.BY_PARENT)));

    assertThatThrownBy(() -> new SubmissionMapping().toCore(pretended))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("got OriginByParent: only the engine starts runs for instances");
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
    refused("{}", "exactly one of 'workflow', 'cancel', 'signal', 'suspend', 'resume', 'settle'");
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
