package dev.millrace.sagas.rag.generation;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Embedding;
import dev.millrace.llm.text.Sentences;
import dev.millrace.sagas.rag.index.FoundPassage;
import dev.millrace.sagas.rag.text.Term;
import dev.millrace.sagas.rag.text.Terms;
import dev.millrace.sagas.rag.text.Weights;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Answers in the corpus's own words: picks the sentences that support an answer best and joins
 * them, each with its citation. It cannot rephrase, reason or invent.
 */
public final class ExtractiveGenerator implements Generator {
  public static final String NAME = "extractive";

  private static final int SENTENCES_MAX = 3;
  private static final int SENTENCE_CHARS_MIN = 30;
  private static final int SENTENCE_CHARS_MAX = 450;

  /** Sentences whose meaning is computed; the rest share too few words with the question. */
  private static final int CANDIDATES_MAX = 60;

  private static final double MEANING_SHARE = 0.6;
  private static final double HEADING_SHARE = 0.4;

  /** Below this no sentence speaks of the question, and there is no answer. */
  private static final double SUPPORT_MIN = 0.45;

  /** A further sentence must be nearly as good as the best. */
  private static final double FURTHER_SUPPORT_SHARE = 0.8;

  /** Such a sentence leans on one before it, or only points elsewhere: it answers worse. */
  private static final Pattern LEANING =
      Pattern.compile(
          "^(?:This|These|Those|That|It|Its|They|Such|However|As mentioned|As described|Similarly"
              + "|Thus|Therefore|So|Hence|Otherwise|Instead|Also|For example|In this case"
              + "|In addition|See|More information|The following)\\b.*"
              + "|.*\\b(?:detailed|described|discussed|explained|listed) (?:in|below)\\b.*",
          Pattern.DOTALL);

  private static final double LEANING_SHARE = 0.85;
  private static final double SAME_MEANING = 0.9;

  private final Embedder embedder;

  public ExtractiveGenerator(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public StageAnswer generate(String model, Prompt prompt) {
    return new StageAnswer.Completed(DraftJson.of(draft(prompt)));
  }

  /** The draft itself; its answer is empty when nothing supports one. */
  public Draft draft(Prompt prompt) {
    var sentences = scored(prompt, candidates(prompt));
    return joined(chosen(sentences, prompt), prompt);
  }

  private record Candidate(int passage, int position, String text, double words) {}

  private record Scored(Candidate sentence, Embedding meaning, double support) {}

  private static List<Candidate> candidates(Prompt prompt) {
    var weights = prompt.weights();
    var terms = prompt.questionTerms();
    var candidates = new ArrayList<Candidate>();
    for (int i = 0; i < prompt.passages().size(); i++) {
      var passage = prompt.passages().get(i);
      var sentences = Sentences.of(passage.text());
      for (int j = 0; j < sentences.size(); j++) {
        if (isStatement(sentences.get(j))) {
          double words = words(sentences.get(j), passage, terms, weights);
          candidates.add(new Candidate(i, j, sentences.get(j), words));
        }
      }
    }
    return candidates.stream()
        .sorted(
            Comparator.comparingDouble(Candidate::words)
                .reversed()
                .thenComparingInt(Candidate::passage))
        .limit(CANDIDATES_MAX)
        .toList();
  }

  private static boolean isStatement(String sentence) {
    return sentence.length() >= SENTENCE_CHARS_MIN
        && sentence.length() <= SENTENCE_CHARS_MAX
        && Character.isLetterOrDigit(sentence.charAt(0))
        && (sentence.endsWith(".") || sentence.endsWith("!"));
  }

  /** Headings name what the sentences under them only refer to, so they count, but less. */
  private static double words(
      String sentence, FoundPassage passage, List<Term> terms, Weights weights) {
    var own = Terms.stemsIn(sentence);
    var all = new HashSet<>(own);
    all.addAll(Terms.stemsIn(passage.title() + "\n" + passage.section()));
    return (1 - HEADING_SHARE) * weights.coverage(terms, own)
        + HEADING_SHARE * weights.coverage(terms, all);
  }

  private List<Scored> scored(Prompt prompt, List<Candidate> candidates) {
    var question = embedder.embed(prompt.question());
    var meanings = embedder.embed(candidates.stream().map(Candidate::text).toList());
    var scored = new ArrayList<Scored>();
    for (int i = 0; i < candidates.size(); i++) {
      double meaning = question.similarity(meanings.get(i));
      double support = MEANING_SHARE * meaning + (1 - MEANING_SHARE) * candidates.get(i).words();
      scored.add(
          new Scored(
              candidates.get(i),
              meanings.get(i),
              leans(candidates.get(i)) ? support * LEANING_SHARE : support));
    }
    scored.sort(Comparator.comparingDouble(Scored::support).reversed());
    return scored;
  }

  private static boolean leans(Candidate sentence) {
    return LEANING.matcher(sentence.text()).matches();
  }

  private static List<Scored> chosen(List<Scored> sentences, Prompt prompt) {
    var chosen = new ArrayList<Scored>();
    if (sentences.isEmpty() || sentences.getFirst().support() < SUPPORT_MIN) {
      return chosen;
    }
    double least = sentences.getFirst().support() * FURTHER_SUPPORT_SHARE;
    for (var sentence : sentences) {
      if (chosen.size() < SENTENCES_MAX && sentence.support() >= least && isNew(sentence, chosen)) {
        chosen.add(sentence);
      }
    }
    chosen.sort(
        Comparator.comparing(
                (Scored scored) -> prompt.passages().get(scored.sentence().passage()).id(),
                byFirstOf(chosen, prompt))
            .thenComparingInt(scored -> scored.sentence().position()));
    return chosen;
  }

  /** The passage of the best sentence comes first; sentences of one passage stay together. */
  private static Comparator<String> byFirstOf(List<Scored> chosen, Prompt prompt) {
    var order =
        chosen.stream()
            .map(scored -> prompt.passages().get(scored.sentence().passage()).id())
            .distinct()
            .toList();
    return Comparator.comparingInt(order::indexOf);
  }

  private static boolean isNew(Scored sentence, List<Scored> chosen) {
    return chosen.stream()
        .noneMatch(other -> other.meaning().similarity(sentence.meaning()) >= SAME_MEANING);
  }

  private static Draft joined(List<Scored> chosen, Prompt prompt) {
    var numbers = new LinkedHashMap<String, Integer>();
    var citations = new ArrayList<Citation>();
    var answer = new ArrayList<String>();
    Set<String> quoted = new HashSet<>();
    for (var scored : chosen) {
      var passage = prompt.passages().get(scored.sentence().passage());
      int n = numbers.computeIfAbsent(passage.id(), id -> numbers.size() + 1);
      answer.add(scored.sentence().text() + " [" + n + "]");
      if (quoted.add(passage.id())) {
        citations.add(
            new Citation(
                n, passage.id(), passage.title(), passage.path(), scored.sentence().text()));
      }
    }
    return new Draft(String.join(" ", answer), List.copyOf(citations), NAME, NAME);
  }
}
