package dev.millrace.sagas.rag.index;

import dev.millrace.llm.text.Embedding;
import dev.millrace.sagas.rag.text.Terms;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.lucene.index.ReaderUtil;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause.Occur;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.BoostQuery;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.KnnFloatVectorQuery;
import org.apache.lucene.search.MatchAllDocsQuery;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/** The single searches of one state of the index, within the corpora asked for. */
final class PassageSearch {
  /** Where a word stands says how much it tells of the passage. */
  private static final Map<String, Float> FIELD_BOOSTS =
      Map.of(
          PassageIndex.TEXT, 1.0f,
          PassageIndex.SECTION, 0.7f,
          PassageIndex.TITLE, 0.7f);

  private static final Set<String> SHOWN =
      Set.of(
          PassageIndex.ID,
          PassageIndex.PATH,
          PassageIndex.TITLE,
          PassageIndex.SECTION,
          PassageIndex.TEXT);
  private static final int ABBREVIATION_DEFINITIONS_READ_MAX = 3;

  private final IndexSearcher searcher;
  private final Query corpora;
  private final int hitsMax;

  /**
   * @param corpora names of the corpora to search; empty for all
   * @param hitsMax passages each search returns
   */
  PassageSearch(IndexSearcher searcher, List<String> corpora, int hitsMax) {
    this.searcher = searcher;
    this.corpora =
        corpora.isEmpty()
            ? MatchAllDocsQuery.INSTANCE
            : new TermInSetQuery(PassageIndex.CORPUS, corpora.stream().map(BytesRef::new).toList());
    this.hitsMax = hitsMax;
  }

  Ranking byWords(Map<String, Float> boostByStem, double weight) throws IOException {
    var query = new BooleanQuery.Builder().add(corpora, Occur.FILTER);
    boostByStem.forEach((stem, boost) ->
        FIELD_BOOSTS.forEach((field, fieldBoost) ->
            query.add(
                new BoostQuery(new TermQuery(new Term(field, stem)), boost * fieldBoost),
                Occur.SHOULD)));
    query.setMinimumNumberShouldMatch(1);
    return boostByStem.isEmpty()
        ? new Ranking(List.of(), weight)
        : Ranking.of(searcher.search(query.build(), hitsMax), weight);
  }

  Ranking byMeaning(Embedding meaning, double weight) throws IOException {
    var query = new KnnFloatVectorQuery(PassageIndex.VECTOR, meaning.values(), hitsMax, corpora);
    return Ranking.of(searcher.search(query, hitsMax), weight);
  }

  static Map<String, Float> evenly(String text) {
    var boosts = new LinkedHashMap<String, Float>();
    Terms.stemsIn(text).forEach(stem -> boosts.put(stem, 1f));
    return boosts;
  }

  /** Inverse document frequency of a stem, from 0 (in every passage) to 1 (in none). */
  double rarity(String stem) throws IOException {
    double passages = Math.max(1, searcher.getIndexReader().numDocs());
    double holding = 0;
    for (var field : FIELD_BOOSTS.keySet()) {
      holding = Math.max(holding, searcher.getIndexReader().docFreq(new Term(field, stem)));
    }
    return Math.log((1 + passages) / (1 + holding)) / Math.log(1 + passages);
  }

  /** What the corpus itself says an abbreviation means. */
  Optional<String> meaningOf(String word) throws IOException {
    var letters = new Term(PassageIndex.ABBREVIATION, word.toLowerCase(Locale.ROOT));
    var found = searcher.search(new TermQuery(letters), ABBREVIATION_DEFINITIONS_READ_MAX);
    for (var hit : found.scoreDocs) {
      var fields = searcher.storedFields().document(hit.doc);
      var abbreviations = fields.getValues(PassageIndex.ABBREVIATION);
      var meanings = fields.getValues(PassageIndex.MEANING);
      for (int i = 0; i < abbreviations.length; i++) {
        if (abbreviations[i].equals(letters.text())) {
          return Optional.of(meanings[i]);
        }
      }
    }
    return Optional.empty();
  }

  FoundPassage passage(int doc, double score) throws IOException {
    var fields = searcher.storedFields().document(doc, SHOWN);
    return new FoundPassage(
        fields.get(PassageIndex.ID),
        fields.get(PassageIndex.TITLE),
        fields.get(PassageIndex.PATH),
        fields.get(PassageIndex.SECTION),
        fields.get(PassageIndex.TEXT),
        score);
  }

  List<Embedding> embeddings(List<Integer> docs) throws IOException {
    var embeddings = new ArrayList<Embedding>();
    for (int doc : docs) {
      embeddings.add(embedding(doc));
    }
    return embeddings;
  }

  private Embedding embedding(int doc) throws IOException {
    var leaves = searcher.getIndexReader().leaves();
    var leaf = leaves.get(ReaderUtil.subIndex(doc, leaves));
    var vectors = leaf.reader().getFloatVectorValues(PassageIndex.VECTOR);
    var position = vectors.iterator();
    position.advance(doc - leaf.docBase);
    return Embedding.of(vectors.vectorValue(position.index()));
  }
}
