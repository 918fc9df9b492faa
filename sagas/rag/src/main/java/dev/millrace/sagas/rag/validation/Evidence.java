package dev.millrace.sagas.rag.validation;

import dev.millrace.sagas.rag.generation.Citation;
import dev.millrace.sagas.rag.generation.Prompt;
import dev.millrace.sagas.rag.index.FoundPassage;
import dev.millrace.sagas.rag.index.TermRarity;
import dev.millrace.sagas.rag.text.Term;
import dev.millrace.sagas.rag.text.Weights;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * An answer with all it was made from.
 *
 * @param passages what retrieval found, cited or not
 * @param terms the question's words and their rarity in the corpus; may be empty
 */
public record Evidence(
    String question,
    String answer,
    List<Citation> citations,
    List<FoundPassage> passages,
    List<TermRarity> terms) {
  static final Pattern MARK = Pattern.compile("\\s*\\[(\\d{1,3})]");

  public Evidence {
    Objects.requireNonNull(question, "question");
    answer = answer == null ? "" : answer;
    citations = citations == null ? List.of() : List.copyOf(citations);
    passages = passages == null ? List.of() : List.copyOf(passages);
    terms = terms == null ? List.of() : List.copyOf(terms);
  }

  /** The answer without its citation marks. */
  String prose() {
    return MARK.matcher(answer).replaceAll("").strip();
  }

  List<FoundPassage> citedPassages() {
    return passages.stream().filter(this::isCited).toList();
  }

  boolean isCited(FoundPassage passage) {
    return citations.stream().anyMatch(citation -> citation.id().equals(passage.id()));
  }

  Weights weights() {
    return asked().weights();
  }

  List<Term> questionTerms() {
    return asked().questionTerms();
  }

  private Prompt asked() {
    return new Prompt(question, passages, null, terms);
  }
}
