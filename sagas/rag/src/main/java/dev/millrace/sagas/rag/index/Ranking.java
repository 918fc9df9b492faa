package dev.millrace.sagas.rag.index;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.lucene.search.TopDocs;

/**
 * Passages in the order one search found them.
 *
 * @param passages Lucene's document numbers, best first
 * @param weight how much this search counts beside others; 1 for a search for the question itself
 */
record Ranking(List<Integer> passages, double weight) {
  /** Flattens the difference between the first ranks, as in the paper below. */
  private static final int RANK_OFFSET = 60;

  static Ranking of(TopDocs found, double weight) {
    return new Ranking(List.of(found.scoreDocs).stream().map(hit -> hit.doc).toList(), weight);
  }

  /**
   * Fuses rankings by reciprocal rank: it needs no common scale of scores, which BM25 and cosine do
   * not have.
   *
   * @return score by passage, best first; 1 is first in every ranking
   * @see <a href="https://doi.org/10.1145/1571941.1572114">Cormack, Clarke and Buettcher,
   *     Reciprocal rank fusion outperforms Condorcet and individual rank learning methods
   *     (2009)</a>
   */
  static Map<Integer, Double> fused(List<Ranking> rankings) {
    double total = rankings.stream().mapToDouble(Ranking::weight).sum();
    var scores = new LinkedHashMap<Integer, Double>();
    for (var ranking : rankings) {
      for (int rank = 0; rank < ranking.passages().size(); rank++) {
        double score = ranking.weight() / total * (RANK_OFFSET + 1) / (RANK_OFFSET + 1 + rank);
        scores.merge(ranking.passages().get(rank), score, Double::sum);
      }
    }
    var ordered = new LinkedHashMap<Integer, Double>();
    scores.entrySet().stream()
        .sorted(Map.Entry.<Integer, Double>comparingByValue(Comparator.reverseOrder()))
        .forEach(entry -> ordered.put(entry.getKey(), entry.getValue()));
    return ordered;
  }
}
