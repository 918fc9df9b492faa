package dev.millrace.llm.text;

import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.onnx.allminilml6v2q.AllMiniLmL6V2QuantizedEmbeddingModel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * all-MiniLM-L6-v2, quantised, in this process: 384 dimensions, no network, about 4 ms a sentence.
 *
 * <p>The model computes in native code, which would pin the carrier of a virtual thread, so it runs
 * on platform threads of its own, one per core. It is loaded at the first use, in about 0.7 s, and
 * shared by the process.
 */
public final class MiniLm implements Embedder {
  public static final String NAME = "all-MiniLM-L6-v2-q";
  public static final int DIMENSION = 384;

  private static final class Loaded {
    static final ExecutorService THREADS =
        Executors.newFixedThreadPool(
            Runtime.getRuntime().availableProcessors(),
            Thread.ofPlatform().daemon().name("embedding-", 0).factory());

    /** Its own threads never wait for each other: one text at a time is computed in place. */
    static final AllMiniLmL6V2QuantizedEmbeddingModel MODEL =
        new AllMiniLmL6V2QuantizedEmbeddingModel(Runnable::run);
  }

  @Override
  public List<Embedding> embed(List<String> texts) {
    var pending = new ArrayList<CompletableFuture<Embedding>>(texts.size());
    for (var text : texts) {
      pending.add(CompletableFuture.supplyAsync(() -> embedOne(text), Loaded.THREADS));
    }
    return pending.stream().map(MiniLm::await).toList();
  }

  private static Embedding embedOne(String text) {
    var segment = TextSegment.from(text.isBlank() ? "-" : text);
    return Embedding.of(Loaded.MODEL.embedAll(List.of(segment)).content().getFirst().vector());
  }

  private static Embedding await(CompletableFuture<Embedding> pending) {
    try {
      return pending.join();
    } catch (CompletionException e) {
      throw new IllegalStateException("the embedding model failed", e.getCause());
    }
  }
}
