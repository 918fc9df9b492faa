package dev.millrace.sagas.rag.text;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.llm.text.Embedding;
import dev.millrace.llm.text.MiniLm;
import dev.millrace.llm.text.Sentences;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TextTest {

  @Test
  void the_content_words_of_a_question_are_its_subject() {
    assertThat(Terms.stemsIn("How does the replication of tables work?"))
        .containsExactly("replic", "tabl");
  }

  @Test
  void names_numbers_and_identifiers_are_specific() {
    assertThat(Terms.distinctIn("Which port does Redis use with max_wal_size 16 in iOS?"))
        .filteredOn(Term::specific)
        .extracting(Term::surface)
        .containsExactly("Redis", "max_wal_size", "16", "iOS");
  }

  @Test
  void a_capital_at_the_start_of_a_sentence_makes_no_name() {
    assertThat(Terms.distinctIn("Vacuum runs. Tables grow.")).noneMatch(Term::specific);
  }

  @Test
  void sentences_end_at_full_stops_and_lines_but_not_at_abbreviations() {
    assertThat(Sentences.of("See e.g. Smith for more. Then stop.\nNext line"))
        .containsExactly("See e.g. Smith for more.", "Then stop.", "Next line");
  }

  @Test
  void an_embedding_survives_its_compact_form() {
    var embedding = Embedding.of(new float[] {3, 4});

    var copy = Embedding.fromBase64(embedding.toBase64());

    assertThat(copy.values()).containsExactly(0.6f, 0.8f);
    assertThat(copy.similarity(embedding)).isCloseTo(1, within(1e-6));
    assertThatThrownBy(() -> Embedding.fromBase64("AAA=")).hasMessageContaining("2 bytes");
  }

  @Test
  void the_model_puts_near_what_means_the_same() {
    var meanings =
        new MiniLm()
            .embed(List.of("The cat sleeps.", "A kitten is napping.", "Interest rates rose."));

    assertThat(meanings.getFirst().dimension()).isEqualTo(MiniLm.DIMENSION);
    assertThat(meanings.get(0).similarity(meanings.get(1)))
        .isGreaterThan(meanings.get(0).similarity(meanings.get(2)) + 0.3);
  }

  @Test
  void coverage_is_the_share_of_the_weight_not_of_the_words() {
    var weights = new Weights(Map.of("common", 0.25, "rare", 0.75));
    var terms = Terms.distinctIn("common rare");

    assertThat(weights.coverage(terms, java.util.Set.of("rare"))).isEqualTo(0.75);
    assertThat(weights.coverage(List.of(), java.util.Set.of())).isEqualTo(1);
  }
}
