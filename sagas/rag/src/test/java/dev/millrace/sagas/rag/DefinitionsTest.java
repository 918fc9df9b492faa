package dev.millrace.sagas.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.sagas.rag.WorkflowRun.Ended;
import dev.millrace.stages.StageSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The definitions that ship, run by the engine's own rules. */
class DefinitionsTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final JsonNode QUESTION = json("{'question': 'Why?'}");
  private static final StageAnswer FOUND = completed("{'passages': [{'id': 'p'}], 'terms': []}");
  private static final StageAnswer AGREED = completed("{'grounded': true, 'score': 0.9}");

  @TempDir private Path folder = Path.of("unset");

  @Test
  void a_draft_the_validator_agrees_with_is_the_answer() throws Exception {
    var ended = ask(FOUND, draft("first"), AGREED);

    assertThat(output(ended))
        .isEqualTo(
            json(
                "{'status': 'answered', 'answer': 'first', 'citations': [1], 'generator': 'g',"
                    + " 'model': 'm', 'score': 0.9, 'mode': 'single', 'attempts': 1}"));
  }

  @Test
  void a_disagreement_escalates_and_the_answer_is_the_draft_that_was_validated() throws Exception {
    var ended = ask(FOUND, draft("first"), disagreed("too vague"), FOUND, draft("second"), AGREED);

    assertThat(output(ended).get("answer").asText()).isEqualTo("second");
    assertThat(output(ended).get("mode").asText()).isEqualTo("deep");
    assertThat(ended.requests())
        .extracting(StageRequest::function)
        .containsExactly(
            "rag.retrieve", "llm.chat", "rag.validate", "rag.retrieve", "llm.chat", "rag.validate");
    var secondSearch = ended.requests().get(3).arguments();
    assertThat(secondSearch.get("query").asText()).isEqualTo("Why? again");
    assertThat(secondSearch.get("mode").asText()).isEqualTo("deep");
    assertThat(secondSearch.get("topK").asInt()).isEqualTo(24);
    assertThat(ended.requests().get(4).arguments().at("/variables/critique").asText())
        .isEqualTo("too vague");
  }

  @Test
  void a_run_whose_validator_never_agreed_is_not_completed() throws Exception {
    var ended =
        ask(
            FOUND,
            draft("a"),
            disagreed("one"),
            FOUND,
            draft("b"),
            disagreed("two"),
            FOUND,
            draft("c"),
            disagreed("three"));

    assertThat(ended.outcome()).isInstanceOf(Outcome.Failed.class);
    var error = ((Outcome.Failed) ended.outcome()).error();
    assertThat(error.type()).isEqualTo("https://millrace.dev/errors/unanswered");
    assertThat(error.status()).isEqualTo(422);
    assertThat(error.detail()).isEqualTo("three");
  }

  @Test
  void an_outage_is_retried_and_costs_no_rung() throws Exception {
    var outage = new Unavailable(Kind.COMMUNICATION.error(503, "away"), Duration.ofSeconds(2));

    var ended = ask(outage, FOUND, outage, outage, draft("first"), AGREED);

    assertThat(output(ended).get("attempts").asInt()).isEqualTo(1);
    assertThat(ended.requests()).hasSize(6);
  }

  @Test
  void an_error_on_a_later_rung_ends_the_run_as_that_error_and_never_as_an_answer()
      throws Exception {
    var wrongKey = new Refused(Kind.AUTHENTICATION.error("wrong key"));

    var ended = ask(FOUND, draft("first"), disagreed("no"), FOUND, wrongKey);

    assertThat(((Outcome.Failed) ended.outcome()).error().status()).isEqualTo(401);
  }

  @Test
  void the_attempts_at_an_answer_have_keys_of_their_own() throws Exception {
    var ended = ask(FOUND, draft("a"), disagreed("x"), FOUND, draft("b"), AGREED);

    assertThat(ended.requests())
        .filteredOn(request -> request.function().equals("llm.chat"))
        .extracting(StageRequest::idempotencyKey)
        .containsExactly("run:gen:0", "run:gen:1");
  }

  @Test
  void both_definitions_work_with_the_stages_themselves() throws Exception {
    Files.writeString(
        folder.resolve("mill.md"),
        "# The mill\n\nThe mill at Brekke grinds barley for the whole valley. It was built in 1871.\n"
            + "\n## Power\n\nA wheel of oak drives the mill with water from the upper pond.\n");
    var settings = new StageSettings(folder.resolve("data"), RagSaga.settings(Map.of("c", folder)));
    var ladder = new Ladder(settings);
    WorkflowRun.Stages stages = request -> ladder.answer(request.function(), request.arguments());

    var indexed =
        WorkflowRun.of(RagSaga.indexDocument(), json("{'corpus':'c','path':'mill.md'}"), stages);
    var answered =
        WorkflowRun.of(
            RagSaga.agenticRag(),
            json("{'question':'What does the mill at Brekke grind?'}"),
            stages);
    var refused =
        WorkflowRun.of(
            RagSaga.agenticRag(),
            json("{'question':'What is the capital of Australia?','corpora':['c']}"),
            stages);

    assertThat(output(indexed)).isEqualTo(json("{'id':'c/mill.md','passages':2}"));
    assertThat(output(answered).get("answer").asText()).contains("grinds barley").contains("[1]");
    assertThat(((Outcome.Failed) refused.outcome()).error().status()).isEqualTo(422);
  }

  @Test
  void a_document_that_cannot_be_read_fails_with_the_reason() throws Exception {
    var ladder = new Ladder(new StageSettings(folder, RagSaga.settings(Map.of("c", folder))));

    var ended =
        WorkflowRun.of(
            RagSaga.indexDocument(),
            json("{'corpus':'c','path':'../x.md'}"),
            request -> ladder.answer(request.function(), request.arguments()));

    assertThat(ended.requests()).as("a refusal is not retried").hasSize(1);
    assertThat(((Outcome.Failed) ended.outcome()).error().detail()).contains("no file '../x.md'");
  }

  private static Ended ask(StageAnswer... answers) throws Exception {
    Queue<StageAnswer> script = new ArrayDeque<>(List.of(answers));
    return WorkflowRun.of(RagSaga.agenticRag(), QUESTION, _ -> script.remove());
  }

  private static JsonNode output(Ended ended) {
    assertThat(ended.outcome()).isInstanceOf(Outcome.Completed.class);
    return ((Outcome.Completed) ended.outcome()).output();
  }

  private static StageAnswer draft(String answer) {
    return completed(
        "{'answer': '" + answer + "', 'citations': [1], 'generator': 'g', 'model': 'm'}");
  }

  private static StageAnswer disagreed(String feedback) {
    return completed(
        "{'grounded': false, 'score': 0, 'feedback': '"
            + feedback
            + "', 'rewrittenQuery': 'Why? again'}");
  }

  private static StageAnswer completed(String output) {
    return new Completed(json(output));
  }

  private static JsonNode json(String text) {
    try {
      return MAPPER.readTree(text.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }
}
