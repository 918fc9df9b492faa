package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.InstanceOutcome;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.sagas.rag.CorpusDocument;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.Submission;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Indexes documents by one workflow each. A document whose content was indexed before is left out,
 * one that failed before is tried again as a new instance.
 */
final class Indexing {
  /** Instances under way at once: enough to keep the stages busy, few enough to watch. */
  private static final int UNDER_WAY_MAX = 16;

  private static final DefinitionRef WORKFLOW = DefinitionRef.parse("rag/index-document");

  private final WorkflowClient client;
  private final Consumer<Tally> onProgress;
  private final Map<InstanceId, CorpusDocument> underWay = new HashMap<>();
  private Tally tally = new Tally(0, 0, 0, 0, 0);

  /**
   * @param done indexed now
   * @param skipped indexed before, unchanged
   * @param passages in all documents that are done or skipped
   */
  record Tally(int documents, int done, int skipped, int failed, long passages) {
    int settled() {
      return done + skipped + failed;
    }

    private Tally plusDone(long more) {
      return new Tally(documents, done + 1, skipped, failed, passages + more);
    }

    private Tally plusSkipped(long more) {
      return new Tally(documents, done, skipped + 1, failed, passages + more);
    }

    private Tally plusFailed() {
      return new Tally(documents, done, skipped, failed + 1, passages);
    }
  }

  Indexing(WorkflowClient client, Consumer<Tally> onProgress) {
    this.client = client;
    this.onProgress = onProgress;
  }

  /**
   * @param onFailure gets each document that failed, with the reason
   */
  Tally run(List<CorpusDocument> documents, Consumer<String> onFailure) {
    tally = new Tally(documents.size(), 0, 0, 0, 0);
    try (var outcomes = client.outcomes();
        var deadLetters = client.deadLetters()) {
      var waiting = leaveOutIndexed(documents, earlier(outcomes));
      deadLetters.soFar();
      while (!waiting.isEmpty() || !underWay.isEmpty()) {
        submitSome(waiting);
        outcomes.next().forEach(outcome -> settle(outcome.value(), onFailure));
        deadLetters.nextAtOnce().forEach(letter -> settle(letter.value(), onFailure));
        onProgress.accept(tally);
      }
    }
    return tally;
  }

  private static Map<InstanceId, Outcome> earlier(Following<InstanceOutcome> outcomes) {
    var earlier = new HashMap<InstanceId, Outcome>();
    outcomes.soFar().forEach(o -> earlier.put(o.value().instanceId(), o.value().outcome()));
    return earlier;
  }

  private Queue<Map.Entry<InstanceId, CorpusDocument>> leaveOutIndexed(
      List<CorpusDocument> documents, Map<InstanceId, Outcome> earlier) {
    var waiting = new ArrayDeque<Map.Entry<InstanceId, CorpusDocument>>();
    Set<InstanceId> taken = new HashSet<>();
    for (var document : documents) {
      var id = firstThatDidNotFail(document.instanceId(), earlier);
      if (earlier.get(id) instanceof Outcome.Completed indexed) {
        tally = tally.plusSkipped(passages(indexed));
      } else if (taken.add(id)) {
        waiting.add(Map.entry(id, document));
      }
    }
    return waiting;
  }

  private static InstanceId firstThatDidNotFail(InstanceId id, Map<InstanceId, Outcome> earlier) {
    var candidate = id;
    for (int run = 2; isFailed(earlier, candidate); run++) {
      candidate = new InstanceId(id.value() + "." + run);
    }
    return candidate;
  }

  private static boolean isFailed(Map<InstanceId, Outcome> earlier, InstanceId id) {
    var outcome = earlier.get(id);
    return outcome != null && !(outcome instanceof Outcome.Completed);
  }

  private void submitSome(Queue<Map.Entry<InstanceId, CorpusDocument>> waiting) {
    while (underWay.size() < UNDER_WAY_MAX && !waiting.isEmpty()) {
      var next = waiting.remove();
      underWay.put(next.getKey(), next.getValue());
      client.submit(next.getKey(), new Submission.Start(WORKFLOW, next.getValue().input()));
    }
  }

  private void settle(InstanceOutcome ended, Consumer<String> onFailure) {
    var document = underWay.remove(ended.instanceId());
    if (document == null) {
      return;
    }
    switch (ended.outcome()) {
      case Outcome.Completed completed -> tally = tally.plusDone(passages(completed));
      case Outcome.Failed failed ->
          fail(onFailure, document.path() + ": " + EventLine.error(failed.error()));
      case Outcome.Cancelled cancelled ->
          fail(onFailure, document.path() + ": cancelled, " + cancelled.reason());
      case Outcome.Compensated _, Outcome.CompensationFailed _ ->
          throw new IllegalStateException("this workflow undoes nothing: " + ended);
    }
  }

  private void settle(DeadLetter letter, Consumer<String> onFailure) {
    var key = letter.key();
    if (key == null || key.length == 0) {
      return;
    }
    var document = underWay.remove(new InstanceId(new String(key, StandardCharsets.UTF_8)));
    if (document != null) {
      fail(onFailure, document.path() + ": " + letter.reason() + ", " + letter.detail());
    }
  }

  private void fail(Consumer<String> onFailure, String reason) {
    tally = tally.plusFailed();
    onFailure.accept(reason);
  }

  private static long passages(Outcome.Completed completed) {
    return completed.output().path("passages").asLong();
  }
}
