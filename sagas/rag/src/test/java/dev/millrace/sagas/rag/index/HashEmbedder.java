package dev.millrace.sagas.rag.index;

import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Embedding;
import dev.millrace.sagas.rag.text.Terms;
import java.util.List;

/** A bag of words as a vector: enough to store and search by, at no cost. */
final class HashEmbedder implements Embedder {
  private static final int DIMENSION = 64;

  @Override
  public List<Embedding> embed(List<String> texts) {
    return texts.stream().map(HashEmbedder::one).toList();
  }

  private static Embedding one(String text) {
    var values = new float[DIMENSION];
    values[0] = 0.01f;
    for (var stem : Terms.stemsIn(text)) {
      values[Math.floorMod(stem.hashCode(), DIMENSION)] += 1;
    }
    return Embedding.of(values);
  }
}
