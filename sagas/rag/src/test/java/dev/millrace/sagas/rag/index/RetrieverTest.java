package dev.millrace.sagas.rag.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.MiniLm;
import dev.millrace.sagas.rag.document.Passage;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the two modes find in a small corpus about machines and the people who built them. */
class RetrieverTest {
  private static final int TOP_K = 4;
  private static final String BRIDGE_QUESTION =
      "In which town was the designer of the Halvorsen relay born?";

  private static final List<String> PASSAGES =
      List.of(
          "The Halvorsen relay was designed by Ingrid Moe for the railway signals of the north.",
          "Moe came from Hamarvik, where her father kept the harbour light.",
          "The town council of Brekke was founded before the first mayor of the town was born.",
          "A relay opens or closes a circuit when a coil is energised.",
          "The designer of a relay chooses its coil, its contacts and its casing.",
          "Many a designer was born in a town with a technical school.",
          "The Halvorsen relay is tested with forty volts for three hours.",
          "Every town keeps a register of who was born there and when.",
          "The casing of the Halvorsen relay is brass, and its contacts are silver.",
          "A designer of bridges measures the town's river at its highest.",
          "Continuous Winding Machine (CWM) is the name of the apparatus that makes the coils.",
          "The apparatus for continuous winding must be cleaned every week with alcohol.",
          "The orchard behind the station bears plums in September.",
          "Trains to the north run twice a day in winter.");

  @TempDir private static Path folder;
  private static final Embedder EMBEDDER = new MiniLm();
  private static Retriever retriever =
      new Retriever(PassageIndex.in(Path.of("target/unused")), EMBEDDER);

  @BeforeAll
  static void the_passages_are_stored() throws Exception {
    var index = PassageIndex.in(folder);
    for (int i = 0; i < PASSAGES.size(); i++) {
      var id = "machines/" + i;
      index.store(
          new IndexedDocument(id, "machines", i + ".md", "Notes"),
          List.of(new Passage(id + "#0", "", PASSAGES.get(i))),
          EMBEDDER.embed(List.of(PASSAGES.get(i))));
    }
    retriever = new Retriever(index, EMBEDDER);
  }

  @Test
  void a_single_search_finds_what_shares_words_or_meaning_with_the_question() throws Exception {
    assertThat(
            texts("What are the contacts of the Halvorsen relay made of?", RetrievalMode.SINGLE)
                .getFirst())
        .contains("contacts are silver");
    assertThat(texts("Where does fruit grow?", RetrievalMode.SINGLE).getFirst()).contains("plums");
  }

  @Test
  void a_deep_search_follows_a_name_to_a_passage_a_single_search_misses() throws Exception {
    assertThat(texts(BRIDGE_QUESTION, RetrievalMode.SINGLE)).noneMatch(this::tellsTheTown);
    assertThat(texts(BRIDGE_QUESTION, RetrievalMode.DEEP)).anyMatch(this::tellsTheTown);
  }

  @Test
  void a_deep_search_says_what_it_searched_for() throws Exception {
    var deep = retriever.retrieve(BRIDGE_QUESTION, RetrievalMode.DEEP, List.of(), TOP_K);

    assertThat(deep.queries()).hasSizeGreaterThan(2).first().isEqualTo(BRIDGE_QUESTION);
    assertThat(deep.queries()).anyMatch(query -> query.contains("Moe"));
  }

  @Test
  void a_deep_search_spells_out_the_abbreviations_the_corpus_defines() throws Exception {
    var deep = retriever.retrieve("How is the CWM cleaned?", RetrievalMode.DEEP, List.of(), 3);

    assertThat(deep.queries()).contains("How is the CWM cleaned? Continuous Winding Machine");
    assertThat(deep.passages()).extracting(FoundPassage::text).anyMatch(t -> t.contains("alcohol"));
  }

  @Test
  void a_deep_search_asks_the_parts_of_a_question_apart() throws Exception {
    var question = "How is the relay tested, and when do trains run north?";

    var deep = retriever.retrieve(question, RetrievalMode.DEEP, List.of(), TOP_K);

    assertThat(deep.queries()).contains("How is the relay tested", "when do trains run north");
  }

  @Test
  void rare_words_of_the_question_weigh_more() throws Exception {
    var terms =
        retriever.retrieve("Halvorsen town zeppelin", RetrievalMode.SINGLE, List.of(), 1).terms();

    assertThat(terms).extracting(TermRarity::stem).containsExactly("halvorsen", "town", "zeppelin");
    assertThat(terms.get(2).weight()).isEqualTo(1);
    assertThat(terms.get(0).weight()).isBetween(0.1, 0.9);
  }

  @Test
  void more_passages_than_the_bound_are_refused() {
    assertThatThrownBy(() ->
            retriever.retrieve("relay", RetrievalMode.SINGLE, List.of(), Retriever.TOP_K_MAX + 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("1 to 100 passages, not 101");
  }

  private boolean tellsTheTown(String text) {
    return text.contains("Hamarvik");
  }

  private static List<String> texts(String question, RetrievalMode mode) throws Exception {
    return retriever.retrieve(question, mode, List.of(), TOP_K).passages().stream()
        .map(FoundPassage::text)
        .toList();
  }
}
