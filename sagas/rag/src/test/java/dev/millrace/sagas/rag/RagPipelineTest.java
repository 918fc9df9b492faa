package dev.millrace.sagas.rag;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.stages.StageSettings;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole way from a folder to an answer, with everything real, over the corpus that ships. */
class RagPipelineTest {
  private static final double ANSWERED_SHARE_MIN = 0.8;

  /** Words one of which a right answer holds, by question. */
  private static final Map<String, List<String>> ANSWERABLE =
      Map.ofEntries(
          Map.entry("What is write-ahead logging?", List.of("data integrity")),
          Map.entry("What is a partial index?", List.of("subset of a table")),
          Map.entry("When does autovacuum vacuum a table?", List.of("autovacuum_freeze_max_age")),
          Map.entry(
              "How does PostgreSQL prevent transaction ID wraparound failures?",
              List.of("frozen", "vacuum")),
          Map.entry("What happens when a deadlock is detected?", List.of("aborting one")),
          Map.entry(
              "What is TOAST and when does it compress large values?",
              List.of("toast_tuple_target", "toast_tuple_threshold")),
          Map.entry("What is the risk of asynchronous commit?", List.of("data loss")),
          Map.entry("What does immediate shutdown do?", List.of("crash", "sigquit")),
          Map.entry("What is the default isolation level?", List.of("read committed")),
          Map.entry("What is just-in-time compilation useful for?", List.of("long-running")),
          Map.entry("What triggers a checkpoint?", List.of("checkpoint_timeout", "max_wal_size")),
          Map.entry("Who led the POSTGRES project at Berkeley?", List.of("stonebraker")),
          Map.entry(
              "How can I speed up loading a large amount of data?",
              List.of("drop the indexes", "maintenance_work_mem", "copy")),
          Map.entry("Are sequences replicated by logical replication?", List.of("not replicated")),
          Map.entry("Which index types does PostgreSQL provide?", List.of("gin", "brin")),
          Map.entry(
              "Which index type suits very large tables whose columns correlate with physical"
                  + " location?",
              List.of("brin")),
          Map.entry("What does the pg_read_all_data role allow?", List.of("select")),
          Map.entry("What does WAL stand for and what is its central concept?", List.of("logged")));

  private static final List<String> UNANSWERABLE =
      List.of(
          "What is the default port of Redis?",
          "How do I configure MySQL's InnoDB buffer pool?",
          "Who won the football World Cup in 2022?",
          "How do I bake sourdough bread?",
          "How much does a PostgreSQL support contract cost?",
          "How does Kafka's exactly-once transaction protocol work?",
          "What is the capital of Australia?",
          "How do I deploy PostgreSQL on Kubernetes with Helm?",
          "Does MongoDB support write-ahead logging?",
          "What is the salary of a PostgreSQL database administrator?",
          "How does CockroachDB handle index corruption?",
          "Which vacuum cleaner is best for pet hair?",
          "What colour is the elephant in the PostgreSQL logo?",
          "What is the speed of light in a vacuum?");

  /** A question is asked once, whatever is asserted of its outcome. */
  private static final Map<String, Ladder.Outcome> OUTCOMES = new HashMap<>();

  @TempDir private static Path data;
  private static Ladder ladder = new Ladder(new StageSettings(Path.of("unset"), Map.of()));

  @BeforeAll
  static void the_corpus_that_ships_is_indexed() throws Exception {
    var folder = RagSaga.extractCorpus(data.resolve("corpus"));
    var settings = RagSaga.settings(Map.of(RagSaga.CORPUS, folder));
    ladder = new Ladder(new StageSettings(data, settings));
    for (var document : RagSaga.corpusDocuments(RagSaga.CORPUS, folder)) {
      ladder.index(document);
    }
  }

  private static Ladder.Outcome ask(String question) throws Exception {
    var known = OUTCOMES.get(question);
    if (known != null) {
      return known;
    }
    var outcome = ladder.ask(question);
    OUTCOMES.put(question, outcome);
    return outcome;
  }

  @Test
  void no_answer_is_invented_to_a_question_the_corpus_does_not_answer() throws Exception {
    var invented = new ArrayList<String>();
    for (var question : UNANSWERABLE) {
      var outcome = ask(question);
      if (outcome.isAnswered()) {
        invented.add(question + " -> " + outcome.draft());
      }
      assertThat(outcome.verdict().path("feedback").asText()).as(question).isNotBlank();
    }
    assertThat(invented).isEmpty();
  }

  @Test
  void most_questions_the_corpus_answers_are_answered_rightly_with_the_extractive_generator()
      throws Exception {
    var missed = new ArrayList<String>();
    for (var expected : ANSWERABLE.entrySet()) {
      var outcome = ask(expected.getKey());
      var answer = outcome.draft().path("answer").asText().toLowerCase(Locale.ROOT);
      if (!outcome.isAnswered() || expected.getValue().stream().noneMatch(answer::contains)) {
        missed.add(expected.getKey() + " -> " + outcome);
      }
    }
    assertThat(missed).hasSizeLessThan((int) ((1 - ANSWERED_SHARE_MIN) * ANSWERABLE.size()) + 1);
  }

  @Test
  void the_questions_to_show_are_answered_and_refused_as_promised() throws Exception {
    for (var question : SampleQuestions.answerable()) {
      assertThat(ask(question).isAnswered()).as(question).isTrue();
    }
    for (var question : SampleQuestions.unanswerable()) {
      var outcome = ask(question);
      assertThat(outcome.isAnswered()).as(question).isFalse();
      assertThat(outcome.attempts()).isEqualTo(3);
    }
  }

  @Test
  void a_question_a_single_search_does_not_answer_is_answered_after_escalating() throws Exception {
    var outcome = ask("What is the default isolation level?");

    assertThat(outcome.attempts()).isGreaterThan(1);
    assertThat(outcome.draft().path("answer").asText()).contains("Read Committed is the default");
    assertThat(outcome.draft().path("generator").asText()).isEqualTo("extractive");
    assertThat(outcome.draft().path("citations").findValuesAsText("path"))
        .contains("transaction-iso.html");
  }
}
