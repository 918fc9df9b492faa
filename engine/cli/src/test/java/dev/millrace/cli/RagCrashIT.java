package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.cli.HeldChatServer.Watch;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.wire.Submission;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code kill -9} in the middle of an agentic RAG run, on real processes: the run completes, what
 * was finished is not done again, and the answer is the one it would have been.
 *
 * <p>Every run takes two rounds, because the model's first answer is not grounded. The crash comes
 * in the second one, so that there is finished work to keep.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@ExtendWith(RagCrashIT.LastWords.class)
class RagCrashIT {
  private static final Logger LOG = LoggerFactory.getLogger(RagCrashIT.class);
  private static final Duration STEP_MAX = Duration.ofSeconds(60);
  private static final Duration RUN_MAX = Duration.ofSeconds(90);

  private static final DefinitionRef WORKFLOW = DefinitionRef.parse("rag/agentic-rag");
  private static final String QUESTION =
      "How many hours does the kiln cool before anybody opens it?";
  private static final int ROUNDS = 2;
  private static final String WRITERS_STAGE = "llm";
  private static final String LAST_ROUND = Integer.toString(ROUNDS - 1);

  /** The stages of a round, by the names of their tasks. */
  enum Task {
    RETRIEVE("search"),
    GENERATE("draft"),
    VALIDATE("judge");

    private final String name;

    Task(String name) {
      this.name = name;
    }
  }

  private HeldChatServer chat;
  private RagCluster cluster;
  private RunRecord undisturbed;

  @BeforeAll
  void a_cluster_has_answered_once(@TempDir Path folder) throws Exception {
    var corpus = Path.of(Objects.requireNonNull(getClass().getResource("/crash-corpus")).toURI());
    chat = new HeldChatServer();
    cluster = new RagCluster(folder, corpus, chat.baseUrl());
    cluster.start();
    undisturbed = undisturbedRun();
  }

  private RunRecord undisturbedRun() {
    try (var run = new Run("undisturbed", chat.counting())) {
      run.trace.awaitEnd(RUN_MAX);
      assertThat(run.chat.requests()).isEqualTo(ROUNDS);
      return cluster.record(run.instance);
    }
  }

  @AfterAll
  void close() {
    cluster.close();
    chat.close();
  }

  @BeforeEach
  void every_process_works() {
    cluster.recover();
  }

  @Test
  void undisturbed_it_answers_in_the_second_round() {
    assertThat(undisturbed.outcome()).isInstanceOf(Outcome.Completed.class);
    var answer = ((Outcome.Completed) undisturbed.outcome()).output();
    assertThat(answer.path("answer").asText()).startsWith(HeldChatServer.TRUTH);
    assertThat(answer.path("attempts").asInt()).isEqualTo(ROUNDS);
    assertThat(undisturbed.answersByPosition()).hasSize(ROUNDS * Task.values().length);
  }

  /**
   * The stage goes on as soon as the engine is dead: a worker that stood still for its session's
   * timeout would lose its queue, and that is another test.
   */
  @ParameterizedTest
  @EnumSource
  void an_engine_killed_while_a_stage_works_finishes_the_run(Task task) throws Exception {
    try (var run = new Run("engine-during-" + task, chat.holding(heldRequest(task)))) {
      bringTo(task, run);

      cluster.engine().kill();
      cluster.engine().start();
      goOn(task, run);

      assertEverythingHappenedOnce(run);
    }
  }

  @ParameterizedTest
  @EnumSource
  void an_engine_killed_between_an_answer_and_what_follows_finishes_the_run(Task task)
      throws Exception {
    try (var run = new Run("engine-after-" + task, chat.holding(heldRequest(task)))) {
      bringTo(task, run);
      cluster.engine().suspend();
      goOn(task, run);
      run.trace.awaitAnswer(task.name, ROUNDS, STEP_MAX);
      int before = run.trace.transitions();

      long killed = System.nanoTime();
      cluster.engine().kill();
      cluster.engine().start();
      run.trace.awaitTransitionAfter(before, RUN_MAX);

      LOG.info("{}: {} ms from kill to transition", task, (System.nanoTime() - killed) / 1_000_000);
      assertEverythingHappenedOnce(run);
    }
  }

  /**
   * A worker commits what it has done some times a second, see {@link
   * dev.millrace.stages.worker.StageWorker}: work that was finished a moment before the crash would
   * be done again, with the same key. Here the moment has passed.
   */
  @Test
  void a_worker_killed_while_it_generates_does_only_that_again() throws Exception {
    try (var run = new Run("worker-during-GENERATE", chat.holding(ROUNDS))) {
      bringTo(Task.GENERATE, run);
      cluster.progress(WRITERS_STAGE).awaitDone(run.instance, ROUNDS - 1, STEP_MAX);

      cluster.writer().kill();
      cluster.writer().start();

      run.trace.awaitEnd(RUN_MAX);
      assertSameJournal(run);
      assertThat(run.chat.requests()).as("requests to the model").isEqualTo(ROUNDS + 1);
      assertThat(cluster.record(run.instance).answersByPosition())
          .isEqualTo(undisturbed.answersByPosition());
      assertThat(Set.copyOf(cluster.record(run.instance).keysOf(Task.GENERATE.name, LAST_ROUND)))
          .as("idempotency keys of the draft that was interrupted")
          .hasSize(1);
    }
  }

  @Test
  void a_broker_killed_while_a_stage_works_comes_back_to_the_same_answer() throws Exception {
    try (var run = new Run("broker-during-GENERATE", chat.holding(ROUNDS))) {
      bringTo(Task.GENERATE, run);

      cluster.broker().kill();
      cluster.broker().start();
      cluster.broker().awaitReady();
      goOn(Task.GENERATE, run);

      run.trace.awaitEnd(RUN_MAX);
      assertSameJournal(run);
    }
  }

  /** A run under way. */
  private final class Run implements AutoCloseable {
    private final InstanceId instance;
    private final RunTrace trace;
    private final Watch chat;

    Run(String name, Watch chat) {
      this.instance = new InstanceId(name);
      this.chat = chat;
      this.trace = cluster.trace(instance);
      var input = JsonNodeFactory.instance.objectNode().put("question", QUESTION);
      try (var client = cluster.client()) {
        client.submit(instance, new Submission.Start(WORKFLOW, input));
      }
    }

    @Override
    public void close() {
      chat.letGo();
      trace.close();
    }
  }

  /** The request to the model that is held to bring a run to a task of its last round. */
  private static int heldRequest(Task task) {
    return task == Task.RETRIEVE ? ROUNDS - 1 : ROUNDS;
  }

  /** Returns when the task of the last round is with its stage, which cannot answer. */
  private void bringTo(Task task, Run run) throws InterruptedException {
    run.chat.awaitHeld(STEP_MAX);
    switch (task) {
      case RETRIEVE -> passOnTo(cluster.search(), task, run);
      case GENERATE -> {}
      case VALIDATE -> passOnTo(cluster.judge(), task, run);
    }
  }

  private static void passOnTo(ClusterMember worker, Task task, Run run) {
    worker.suspend();
    run.chat.letGo();
    run.trace.awaitRequest(task.name, ROUNDS, STEP_MAX);
  }

  private void goOn(Task task, Run run) {
    switch (task) {
      case RETRIEVE -> cluster.search().resume();
      case GENERATE -> run.chat.letGo();
      case VALIDATE -> cluster.judge().resume();
    }
  }

  private void assertEverythingHappenedOnce(Run run) {
    run.trace.awaitEnd(RUN_MAX);
    assertSameJournal(run);
    assertThat(run.chat.requests()).as("requests to the model").isEqualTo(ROUNDS);
    assertThat(cluster.record(run.instance).answersByPosition())
        .as("answers of stages")
        .isEqualTo(undisturbed.answersByPosition())
        .allSatisfy((_, answers) -> assertThat(answers).isOne());
  }

  private void assertSameJournal(Run run) {
    var record = cluster.record(run.instance);
    assertThat(record.outcome()).isEqualTo(undisturbed.outcome());
    assertThat(record.sequences())
        .containsExactlyElementsOf(
            LongStream.range(0, undisturbed.journal().size()).boxed().toList());
    assertThat(record.completed()).doesNotHaveDuplicates();
    assertThat(record.steps()).isEqualTo(undisturbed.steps());
  }

  /** What the processes have printed, beside a failure. */
  static final class LastWords
      implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
    @Override
    public void handleTestExecutionException(ExtensionContext context, Throwable failure) {
      throw withLastWords(context, failure);
    }

    @Override
    public void handleBeforeAllMethodExecutionException(
        ExtensionContext context, Throwable failure) {
      throw withLastWords(context, failure);
    }

    @Override
    public void handleBeforeEachMethodExecutionException(
        ExtensionContext context, Throwable failure) {
      throw withLastWords(context, failure);
    }

    private static AssertionError withLastWords(ExtensionContext context, Throwable failure) {
      var words = ((RagCrashIT) context.getRequiredTestInstance()).cluster.lastWords();
      return new AssertionError(failure.getMessage() + "\n" + words, failure);
    }
  }
}
