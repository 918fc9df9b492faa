package dev.millrace.sagas.rag.generation;

import dev.millrace.sagas.rag.index.FoundPassage;
import dev.millrace.sagas.rag.index.TermRarity;
import dev.millrace.sagas.rag.text.Terms;
import dev.millrace.sagas.rag.text.Weights;
import java.util.HashMap;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What an answer is to be written from.
 *
 * @param critique what was wrong with the draft before; null for the first
 * @param terms the question's words and their rarity in the corpus; may be empty
 */
public record Prompt(
    String question,
    List<FoundPassage> passages,
    @Nullable String critique,
    List<TermRarity> terms) {
  /** What a definition names this prompt by. */
  public static final String NAME = "answer-with-citations";

  public Prompt {
    Objects.requireNonNull(question, "question");
    passages = passages == null ? List.of() : List.copyOf(passages);
    terms = terms == null ? List.of() : List.copyOf(terms);
  }

  /** The corpus's count of the question's words, and the passages' count of all others. */
  public Weights weights() {
    var counted = new HashMap<String, Double>();
    terms.forEach(term -> counted.put(term.stem(), term.weight()));
    return new Weights(counted)
        .or(Weights.over(passages.stream().map(FoundPassage::withHeadings).toList()));
  }

  /** The question's content words. */
  public List<dev.millrace.sagas.rag.text.Term> questionTerms() {
    return Terms.distinctIn(question);
  }
}
