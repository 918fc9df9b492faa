package dev.millrace.sagas.rag.text;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.ToDoubleFunction;

/** How much each word of a question counts: rare words tell more. */
public final class Weights {
  /** Of a word nobody counted: as telling as can be. */
  private static final double UNKNOWN = 1;

  /** No word counts for nothing, or a question of common words could not be judged. */
  private static final double LEAST = 0.1;

  private final Map<String, Double> byStem;

  /**
   * @param byStem inverse document frequency, from 0 to 1
   */
  public Weights(Map<String, Double> byStem) {
    this.byStem = Map.copyOf(byStem);
  }

  /** Counted over some texts, when there is no count over the whole corpus. */
  public static Weights over(Collection<String> texts) {
    var holding = new HashMap<String, Integer>();
    for (var text : texts) {
      new HashSet<>(Terms.stemsIn(text)).forEach(stem -> holding.merge(stem, 1, Integer::sum));
    }
    var weights = new HashMap<String, Double>();
    double all = Math.log(1 + texts.size());
    holding.forEach((stem, count) ->
        weights.put(stem, all == 0 ? UNKNOWN : Math.log((1.0 + texts.size()) / (1 + count)) / all));
    return new Weights(weights);
  }

  public double of(String stem) {
    return Math.max(LEAST, byStem.getOrDefault(stem, UNKNOWN));
  }

  /** These weights where they are known, those of {@code other} elsewhere. */
  public Weights or(Weights other) {
    var both = new HashMap<>(other.byStem);
    both.putAll(byStem);
    return new Weights(both);
  }

  /** Share of the terms' weight that {@code stems} hold, from 0 to 1; 1 when there are no terms. */
  public double coverage(List<Term> terms, Set<String> stems) {
    return coverage(terms, term -> stems.contains(term.stem()) ? 1 : 0);
  }

  /**
   * Share of the terms' weight that is held, from 0 to 1; 1 when there are no terms.
   *
   * @param held how far a term is, from 0 to 1
   */
  public double coverage(List<Term> terms, ToDoubleFunction<Term> held) {
    double covered = 0;
    double total = 0;
    for (var term : terms) {
      total += of(term.stem());
      covered += of(term.stem()) * held.applyAsDouble(term);
    }
    return total == 0 ? 1 : covered / total;
  }
}
