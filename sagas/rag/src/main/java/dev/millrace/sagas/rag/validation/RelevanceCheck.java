package dev.millrace.sagas.rag.validation;

import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Sentences;

/** The answer means what the question asks for: a grounded answer to another question is none. */
public final class RelevanceCheck implements Check {
  private static final double MEANING_MIN = 0.45;

  private final Embedder embedder;

  public RelevanceCheck(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public CheckResult check(Evidence evidence) {
    var sentences = Sentences.of(evidence.prose());
    if (sentences.isEmpty()) {
      return new CheckResult("relevance", 0, false, "there is no answer to be relevant");
    }
    var question = embedder.embed(evidence.question());
    double nearest =
        embedder.embed(sentences).stream()
            .mapToDouble(sentence -> sentence.similarity(question))
            .max()
            .orElse(0);
    return new CheckResult(
        "relevance",
        Math.clamp(nearest, 0, 1),
        nearest >= MEANING_MIN,
        "the nearest sentence is %.2f like the question, %.2f is asked for"
            .formatted(nearest, MEANING_MIN));
  }
}
