package dev.millrace.sagas.rag.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.llm.text.Embedder;
import dev.millrace.sagas.rag.document.Passage;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.store.FSDirectory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PassageIndexTest {
  @TempDir private Path folder = Path.of("unset");
  private final Embedder embedder = new HashEmbedder();

  @Test
  void nothing_is_found_before_anything_is_stored() throws Exception {
    assertThat(search("anything").passages()).isEmpty();
  }

  @Test
  void a_document_stored_again_takes_the_place_of_its_earlier_self() throws Exception {
    store("a", "The old mill stands by the river.", "It grinds wheat.");
    store("a", "The new mill stands on the hill.");

    assertThat(search("mill wheat river hill").passages())
        .extracting(FoundPassage::text)
        .containsExactly("The new mill stands on the hill.");
  }

  @Test
  void what_is_stored_is_on_disk_when_the_call_returns() throws Exception {
    store("a", "One passage.", "Two passages.");

    try (var directory = FSDirectory.open(folder);
        var reader = DirectoryReader.open(directory)) {
      assertThat(reader.numDocs()).isEqualTo(2);
    }
  }

  @Test
  void documents_stored_at_once_are_all_there() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 100; i++) {
        int n = i;
        threads.submit(() -> {
          store("doc" + n, "The mill number " + n + " turns.");
          return n;
        });
      }
    }
    assertThat(index().search(searcher -> searcher.getIndexReader().numDocs(), 0)).isEqualTo(100);
  }

  @Test
  void a_search_keeps_to_the_corpora_it_names() throws Exception {
    index()
        .store(
            new IndexedDocument("left/a", "left", "a", "A"),
            List.of(new Passage("left/a#0", "", "The mill turns left.")),
            embedder.embed(List.of("The mill turns left.")));
    index()
        .store(
            new IndexedDocument("right/a", "right", "a", "A"),
            List.of(new Passage("right/a#0", "", "The mill turns right.")),
            embedder.embed(List.of("The mill turns right.")));

    var found =
        new Retriever(index(), embedder)
            .retrieve("mill", RetrievalMode.DEEP, List.of("right"), 5)
            .passages();

    assertThat(found).extracting(FoundPassage::id).containsExactly("right/a#0");
  }

  @Test
  void passages_without_their_embeddings_are_refused() {
    assertThatThrownBy(() ->
            index()
                .store(
                    new IndexedDocument("c/a", "c", "a", "A"),
                    List.of(new Passage("c/a#0", "", "Text.")),
                    List.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("1 passages, but 0 embeddings");
  }

  private Retrieval search(String query) throws Exception {
    return new Retriever(index(), embedder).retrieve(query, RetrievalMode.SINGLE, List.of(), 10);
  }

  private PassageIndex index() {
    return PassageIndex.in(folder);
  }

  private void store(String id, String... texts) throws Exception {
    var passages = new java.util.ArrayList<Passage>();
    for (int i = 0; i < texts.length; i++) {
      passages.add(new Passage(id + "#" + i, "", texts[i]));
    }
    index()
        .store(new IndexedDocument(id, "c", id, "Mills"), passages, embedder.embed(List.of(texts)));
  }
}
