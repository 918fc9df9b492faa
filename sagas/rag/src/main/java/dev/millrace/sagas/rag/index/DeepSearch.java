package dev.millrace.sagas.rag.index;

import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Embedding;
import dev.millrace.sagas.rag.text.Term;
import dev.millrace.sagas.rag.text.Terms;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * A search that asks again with what it has learned.
 *
 * <p>The first hop searches for the question, its parts, and the meanings the corpus gives to its
 * abbreviations. From the best passages it takes feedback terms [1] that say the same in other
 * words. The second hop follows the rare names of those passages to passages that share no word
 * with the question. All rankings are fused, and what is chosen is both near the question and
 * unlike what is chosen already [2].
 *
 * <p>[1] Abdul-Jaleel et al., UMass at TREC 2004 (RM3). [2] Carbonell and Goldstein, The use of MMR
 * (1998).
 */
final class DeepSearch {
  private static final Pattern BETWEEN_PARTS =
      Pattern.compile(
          "\\s*(?:[?;]|,?\\s+and\\s+(?=how|what|when|why|where|who|which|does|is|can))\\s*");
  private static final int PARTS_MAX = 4;
  private static final int PART_TERMS_MIN = 2;

  private static final int FEEDBACK_PASSAGES = 5;
  private static final int FEEDBACK_TERMS = 8;
  private static final float FEEDBACK_BOOST = 0.3f;

  private static final int HOP_PASSAGES = 3;
  private static final int HOP_TERMS = 4;
  private static final double HOP_RARITY_MIN = 0.4;
  private static final float HOP_NAME_BOOST = 2;
  private static final float HOP_SHARE = 0.5f;

  private static final double PART_WEIGHT = 0.7;
  private static final double FEEDBACK_WEIGHT = 0.6;
  private static final double HOP_WEIGHT = 0.7;

  private static final double RELEVANCE_SHARE = 0.75;
  private static final int CANDIDATES_PER_RESULT = 3;

  /** A passage that shares no word with the question wins no vote: a few places are kept for it. */
  private static final int RESULTS_PER_HOP_PLACE = 4;

  private final PassageSearch search;
  private final Embedder embedder;
  private final String question;
  private final List<Ranking> rankings = new ArrayList<>();
  private final Set<String> queries = new LinkedHashSet<>();

  /** Where the names of the best passages led: the best passage of each hop. */
  private final Set<Integer> ledTo = new LinkedHashSet<>();

  DeepSearch(PassageSearch search, Embedder embedder, String question) {
    this.search = search;
    this.embedder = embedder;
    this.question = question;
  }

  Retriever.Found best(int topK) throws IOException {
    var meaning = embedder.embed(question);
    firstHop(meaning);
    var first = docs(Ranking.fused(rankings), FEEDBACK_PASSAGES);
    feedback(first);
    secondHop(meaning, first.subList(0, Math.min(HOP_PASSAGES, first.size())));
    return new Retriever.Found(varied(Ranking.fused(rankings), topK), List.copyOf(queries));
  }

  private void firstHop(Embedding meaning) throws IOException {
    queries.add(question);
    rankings.add(search.byWords(PassageSearch.evenly(question), 1));
    rankings.add(search.byMeaning(meaning, 1));
    for (var part : parts()) {
      searchFor(part, PART_WEIGHT);
    }
    for (var term : Terms.distinctIn(question)) {
      var spelledOut = search.meaningOf(term.surface());
      if (spelledOut.isPresent()) {
        searchFor(question + " " + spelledOut.get(), PART_WEIGHT);
      }
    }
  }

  private List<String> parts() {
    var parts =
        BETWEEN_PARTS
            .splitAsStream(question)
            .filter(part -> Terms.stemsIn(part).size() >= PART_TERMS_MIN)
            .limit(PARTS_MAX)
            .toList();
    return parts.size() < 2 ? List.of() : parts;
  }

  private void searchFor(String query, double weight) throws IOException {
    if (queries.add(query)) {
      rankings.add(search.byWords(PassageSearch.evenly(query), weight));
      rankings.add(search.byMeaning(embedder.embed(query), weight));
    }
  }

  /** The words that mark the best passages, added softly to those of the question. */
  private void feedback(List<Integer> best) throws IOException {
    var frequency = new HashMap<String, Integer>();
    var surfaces = new HashMap<String, String>();
    for (var term : termsOf(best)) {
      frequency.merge(term.stem(), 1, Integer::sum);
      surfaces.putIfAbsent(term.stem(), term.surface());
    }
    var boosts = PassageSearch.evenly(question);
    frequency.keySet().removeAll(boosts.keySet());
    var scores = new HashMap<String, Double>();
    for (var entry : frequency.entrySet()) {
      scores.put(entry.getKey(), entry.getValue() * search.rarity(entry.getKey()));
    }
    var added = highest(scores, FEEDBACK_TERMS);
    added.forEach(stem -> boosts.put(stem, FEEDBACK_BOOST));
    queries.add(question + " + " + String.join(" ", added.stream().map(surfaces::get).toList()));
    rankings.add(search.byWords(boosts, FEEDBACK_WEIGHT));
  }

  private List<Term> termsOf(List<Integer> docs) throws IOException {
    var terms = new ArrayList<Term>();
    for (int doc : docs) {
      terms.addAll(Terms.in(search.passage(doc, 0).withHeadings()));
    }
    return terms;
  }

  /** From each of the best passages: its rare names, and what of the question it leaves open. */
  private void secondHop(Embedding meaning, List<Integer> best) throws IOException {
    for (int doc : best) {
      var passage = search.passage(doc, 0);
      var bridge = bridge(passage);
      if (!bridge.isEmpty()) {
        follow(doc, String.join(" ", bridge), openTerms(passage));
      }
    }
    if (!best.isEmpty()) {
      var shifted = meaning.towards(search.embeddings(best), HOP_SHARE);
      rankings.add(search.byMeaning(shifted, HOP_WEIGHT));
    }
  }

  /** What is left of the question would outvote the names that lead on, were they not boosted. */
  private void follow(int from, String names, String open) throws IOException {
    var query = names + " " + open;
    if (queries.add(query)) {
      var boosts = PassageSearch.evenly(open);
      Terms.stemsIn(names).forEach(stem -> boosts.put(stem, HOP_NAME_BOOST));
      var found = search.byWords(boosts, HOP_WEIGHT);
      rankings.add(found);
      rankings.add(search.byMeaning(embedder.embed(query), HOP_WEIGHT));
      found.passages().stream().filter(doc -> doc != from).findFirst().ifPresent(ledTo::add);
    }
  }

  private List<String> bridge(FoundPassage passage) throws IOException {
    var asked = Terms.stemsIn(question);
    var rarities = new HashMap<String, Double>();
    for (var term : Terms.distinctIn(passage.text())) {
      double rarity = search.rarity(term.stem());
      if (term.specific() && !asked.contains(term.stem()) && rarity >= HOP_RARITY_MIN) {
        rarities.put(term.surface(), rarity);
      }
    }
    return highest(rarities, HOP_TERMS);
  }

  private String openTerms(FoundPassage passage) {
    var answered = Terms.stemsIn(passage.withHeadings());
    return String.join(
        " ",
        Terms.distinctIn(question).stream()
            .filter(term -> !answered.contains(term.stem()))
            .map(Term::surface)
            .toList());
  }

  private static List<String> highest(Map<String, Double> scores, int countMax) {
    return scores.entrySet().stream()
        .sorted(
            Map.Entry.<String, Double>comparingByValue(Comparator.reverseOrder())
                .thenComparing(Map.Entry.comparingByKey()))
        .limit(countMax)
        .map(Map.Entry::getKey)
        .toList();
  }

  private static List<Integer> docs(Map<Integer, Double> fused, int countMax) {
    return fused.keySet().stream().limit(countMax).toList();
  }

  /** Maximal marginal relevance: each choice is as relevant, and as new, as can be. */
  private List<FoundPassage> varied(Map<Integer, Double> fused, int topK) throws IOException {
    var left = new LinkedHashMap<Integer, Embedding>();
    var candidates = candidates(fused, topK * CANDIDATES_PER_RESULT);
    var embeddings = search.embeddings(candidates);
    for (int i = 0; i < candidates.size(); i++) {
      left.put(candidates.get(i), embeddings.get(i));
    }
    var relevance = spread(fused, candidates);
    var chosen = new ArrayList<FoundPassage>();
    var chosenEmbeddings = new ArrayList<Embedding>();
    var hops = new ArrayDeque<>(hopPlaces(left, topK));
    while (chosen.size() < topK && !left.isEmpty()) {
      int next =
          chosen.isEmpty() || hops.isEmpty()
              ? mostRelevantAndNew(left, relevance, chosenEmbeddings)
              : hops.remove();
      hops.remove(next);
      chosenEmbeddings.add(left.remove(next));
      chosen.add(search.passage(next, fused.getOrDefault(next, 0.0)));
    }
    return chosen;
  }

  private List<Integer> candidates(Map<Integer, Double> fused, int countMax) {
    var candidates = new LinkedHashSet<>(docs(fused, countMax));
    candidates.addAll(ledTo);
    return List.copyOf(candidates);
  }

  private List<Integer> hopPlaces(Map<Integer, Embedding> candidates, int topK) {
    int places = Math.max(1, topK / RESULTS_PER_HOP_PLACE);
    return ledTo.stream().filter(candidates::containsKey).limit(places).toList();
  }

  /** Fused scores lie close together; spread from 0 to 1 they can be weighed against likeness. */
  private static Map<Integer, Double> spread(Map<Integer, Double> fused, List<Integer> candidates) {
    var relevance = new HashMap<Integer, Double>();
    if (!candidates.isEmpty()) {
      double most = fused.getOrDefault(candidates.getFirst(), 0.0);
      double least =
          candidates.stream().mapToDouble(doc -> fused.getOrDefault(doc, 0.0)).min().orElse(0);
      double range = most > least ? most - least : 1;
      candidates.forEach(
          doc -> relevance.put(doc, (fused.getOrDefault(doc, least) - least) / range));
    }
    return relevance;
  }

  private static int mostRelevantAndNew(
      Map<Integer, Embedding> left, Map<Integer, Double> relevance, Collection<Embedding> chosen) {
    double highest = Double.NEGATIVE_INFINITY;
    int best = -1;
    for (var entry : left.entrySet()) {
      double likeness = 0;
      for (var other : chosen) {
        likeness = Math.max(likeness, other.similarity(entry.getValue()));
      }
      double relevant = relevance.getOrDefault(entry.getKey(), 0.0);
      double score = RELEVANCE_SHARE * relevant - (1 - RELEVANCE_SHARE) * likeness;
      if (score > highest) {
        highest = score;
        best = entry.getKey();
      }
    }
    return best;
  }
}
