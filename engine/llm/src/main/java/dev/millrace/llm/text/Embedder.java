package dev.millrace.llm.text;

import java.util.List;

/** Turns texts into their embeddings. */
@FunctionalInterface
public interface Embedder {

  /** One embedding per text, in the same order. */
  List<Embedding> embed(List<String> texts);

  default Embedding embed(String text) {
    return embed(List.of(text)).getFirst();
  }
}
