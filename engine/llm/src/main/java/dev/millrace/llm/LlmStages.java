package dev.millrace.llm;

import dev.millrace.core.StageName;
import dev.millrace.llm.text.MiniLm;
import dev.millrace.stages.Contracts;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageProvider;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Stage {@code llm} with {@code llm.chat}; stage {@code embedding} with {@code llm.embed}. */
public final class LlmStages implements StageProvider {
  private static final Duration TIMEOUT = Duration.ofSeconds(60);
  private static final int CHATS_MAX = 32;

  /** Embedding keeps every core busy by itself: more at once would only make each slower. */
  private static final int EMBEDDING_MAX = 2;

  @Override
  public List<StageSpec> stages(StageSettings settings) {
    var embedder = new MiniLm();
    return List.of(
        new StageSpec(
                new StageName("llm"),
                policy(CHATS_MAX),
                Map.of(ChatFunction.NAME, new ChatFunction(settings, embedder)))
            .withContracts(Contracts.of(LlmStages.class, List.of(ChatFunction.NAME))),
        new StageSpec(
                new StageName("embedding"),
                policy(EMBEDDING_MAX),
                Map.of(EmbedFunction.NAME, EmbedFunction.of(embedder)))
            .withContracts(Contracts.of(LlmStages.class, List.of(EmbedFunction.NAME))));
  }

  private static StagePolicy policy(int concurrencyMax) {
    var usual = StagePolicy.DEFAULT;
    return new StagePolicy(
        TIMEOUT,
        concurrencyMax,
        usual.circuitFailureRatePct(),
        usual.circuitWindow(),
        usual.circuitOpenFor());
  }
}
