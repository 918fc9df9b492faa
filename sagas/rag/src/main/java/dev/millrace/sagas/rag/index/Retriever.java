package dev.millrace.sagas.rag.index;

import dev.millrace.llm.text.Embedder;
import dev.millrace.sagas.rag.text.Terms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Finds the passages that may answer a question. */
public final class Retriever {
  public static final int TOP_K_MAX = 100;

  /** Passages each search of a fusion returns, so that what one ranks low another may lift. */
  static final int HITS_MAX = 100;

  private final PassageIndex index;
  private final Embedder embedder;

  public Retriever(PassageIndex index, Embedder embedder) {
    this.index = index;
    this.embedder = embedder;
  }

  /**
   * @param corpora names of the corpora to search; empty for all
   * @param topK passages wanted, 1 to {@value #TOP_K_MAX}
   * @throws IllegalArgumentException if {@code topK} is out of bounds or the query is blank
   */
  public Retrieval retrieve(String query, RetrievalMode mode, List<String> corpora, int topK)
      throws IOException {
    if (topK < 1 || topK > TOP_K_MAX || query.isBlank()) {
      throw new IllegalArgumentException(
          "a retrieval wants a query and 1 to " + TOP_K_MAX + " passages, not " + topK);
    }
    return index.search(
        searcher -> retrieve(new PassageSearch(searcher, corpora, HITS_MAX), query, mode, topK),
        new Retrieval(List.of(), mode, List.of(query), List.of()));
  }

  private Retrieval retrieve(PassageSearch search, String query, RetrievalMode mode, int topK)
      throws IOException {
    var found =
        switch (mode) {
          case SINGLE -> single(search, query, topK);
          case DEEP -> new DeepSearch(search, embedder, query).best(topK);
        };
    return new Retrieval(found.passages(), mode, found.queries(), rarities(search, query));
  }

  private Found single(PassageSearch search, String query, int topK) throws IOException {
    var fused =
        Ranking.fused(
            List.of(
                search.byWords(PassageSearch.evenly(query), 1),
                search.byMeaning(embedder.embed(query), 1)));
    var passages = new ArrayList<FoundPassage>();
    for (var entry : fused.entrySet().stream().limit(topK).toList()) {
      passages.add(search.passage(entry.getKey(), entry.getValue()));
    }
    return new Found(passages, List.of(query));
  }

  private static List<TermRarity> rarities(PassageSearch search, String query) throws IOException {
    var rarities = new ArrayList<TermRarity>();
    for (var stem : Terms.stemsIn(query)) {
      rarities.add(new TermRarity(stem, search.rarity(stem)));
    }
    return rarities;
  }

  /** What a search found, and what it searched for. */
  record Found(List<FoundPassage> passages, List<String> queries) {}
}
