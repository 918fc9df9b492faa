package dev.millrace.sagas.rag.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PassageSplitterTest {
  private final PassageSplitter splitter = new PassageSplitter();

  @Test
  void passages_end_at_the_end_of_a_sentence_and_stay_within_the_bound() {
    var passages = splitter.split(document(sentences(60)));

    assertThat(passages).hasSizeGreaterThan(3);
    assertThat(passages)
        .allSatisfy(passage -> {
          assertThat(passage.text()).endsWith("river.");
          assertThat(passage.text().length())
              .isLessThanOrEqualTo(
                  PassageSplitter.PASSAGE_CHARS_MAX + PassageSplitter.OVERLAP_CHARS_MAX);
        });
  }

  @Test
  void neighbours_share_their_edge() {
    var passages = splitter.split(document(sentences(60)));

    var last = passages.get(0).text().substring(passages.get(0).text().lastIndexOf("Mill "));
    assertThat(passages.get(1).text()).startsWith(last.substring(0, 6)).contains(last);
  }

  @Test
  void a_passage_carries_its_heading_and_does_not_run_over_the_next() {
    var document =
        new Document(
            "c/p",
            "c",
            "p",
            "T",
            "Before. \nAfter.",
            List.of(new Section("", 0), new Section("H", 9)));

    assertThat(splitter.split(document))
        .containsExactly(new Passage("c/p#0", "", "Before."), new Passage("c/p#1", "H", "After."));
  }

  @Test
  void a_line_without_an_end_is_cut_at_a_space() {
    var passages = splitter.split(document("word ".repeat(1_000)));

    assertThat(passages)
        .allSatisfy(passage ->
            assertThat(passage.text().length())
                .isLessThanOrEqualTo(PassageSplitter.PASSAGE_CHARS_MAX + 1));
  }

  @Test
  void a_document_beyond_the_bound_is_refused() {
    assertThatThrownBy(() -> splitter.split(document(sentences(30_000))))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the limit is 1500");
  }

  private static String sentences(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "Mill " + i + " has stood for many years beside the slow brown river.")
        .collect(Collectors.joining(" "));
  }

  private static Document document(String text) {
    return new Document("c/p", "c", "p", "Title", text, List.of(new Section("", 0)));
  }
}
