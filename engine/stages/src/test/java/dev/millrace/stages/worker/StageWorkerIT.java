package dev.millrace.stages.worker;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.POJONode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSpec;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.RecordLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StageWorkerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final StageAnswer DONE = new Completed(json("'done'"));

  @TempDir private Path blobs;
  private StageQueue queue;

  @BeforeAll
  static void be_patient() {
    org.awaitility.Awaitility.setDefaultTimeout(PATIENCE);
  }

  @BeforeEach
  void open() throws Exception {
    queue = new StageQueue("shop", 2, blobs);
  }

  @AfterEach
  void close() {
    queue.close();
  }

  @Test
  void a_request_is_answered_to_its_instance() {
    queue.ask(0, List.of(request("shop", "work", json("{'a': 1}"), "order-1", null)));
    try (var _ = worker(8, request -> new Completed(request.arguments()))) {
      await().until(() -> queue.answers().size() == 1);
    }
    var answer = queue.answers().getFirst();
    assertThat(answer.instanceId().value()).isEqualTo("order-1");
    assertThat(answer.attempt()).isEqualTo(1);
    assertThat(answer.answer()).isEqualTo(new Completed(json("{'a': 1}")));
  }

  @Test
  void requests_of_an_aborted_transaction_are_never_executed() {
    queue.askInVain(0, asked("aborted"));
    queue.ask(0, List.of(asked("committed")));
    try (var _ = worker(8, _ -> DONE)) {
      await().until(() -> queue.answers().size() == 1);
    }
    assertThat(queue.answered()).containsExactly("committed");
  }

  @Test
  void more_requests_run_at_once_than_there_are_partitions() {
    var together = new CountDownLatch(20);
    queue.ask(0, asked("a", 20));
    try (var _ =
        worker(
            20,
            _ -> {
              together.countDown();
              together.await();
              return DONE;
            })) {
      await().until(() -> queue.answers().size() == 20);
    }
  }

  @Test
  void a_slow_request_delays_no_other() {
    var slow = new CountDownLatch(1);
    queue.ask(0, asked("a", 1_000));
    try (var _ = worker(8, request -> isNamed(request, "a-0") ? awaited(slow) : DONE)) {
      await().until(() -> queue.answers().size() == 999);
      assertThat(queue.answered()).doesNotContain("a-0");
      slow.countDown();
      await().until(() -> queue.answers().size() == 1_000);
    }
  }

  @Test
  void a_worker_that_starts_again_repeats_nothing_finished_beyond_the_gap() throws Exception {
    var executed = new ConcurrentLinkedQueue<String>();
    queue.ask(0, asked("a", 100));
    try (var _ = worker(8, named(executed, "a-3"))) {
      await().until(() -> queue.answers().size() == 99);
      await().until(() -> !queue.committed(0).metadata().isEmpty());
      assertThat(queue.committed(0).offset()).isEqualTo(3);
    }
    executed.clear();
    try (var worker = worker(8, named(executed, "nobody"))) {
      await().until(() -> queue.answers().size() == 100);
      assertThat(worker.counts().remembered()).isEqualTo(96);
    }
    assertThat(executed).containsExactly("a-3");
  }

  @Test
  void an_idle_stage_has_no_lag() {
    queue.ask(0, asked("a", 3));
    try (var _ = worker(8, _ -> DONE)) {
      await().until(() -> queue.committed(0).offset() == queue.end(0));
    }
  }

  @Test
  void what_is_no_request_to_this_stage_goes_to_the_dead_letters_and_the_rest_goes_on() {
    queue.askBytes(0, "garbage".getBytes(UTF_8));
    queue.ask(0, List.of(request("kitchen", "work", json("{}"), "lost", null)));
    queue.ask(0, List.of(asked("a")));
    try (var worker = worker(8, _ -> DONE)) {
      await().until(() -> queue.answers().size() == 1 && queue.deadLetters().size() == 2);
      assertThat(worker.counts().deadLettered()).isEqualTo(2);
      await().until(() -> queue.committed(0).offset() == queue.end(0));
    }
    var garbage =
        queue.deadLetters().stream().filter(it -> it.reason() == Reason.UNDECODABLE).findFirst();
    assertThat(garbage)
        .hasValueSatisfying(letter -> {
          assertThat(letter.topic()).isEqualTo(queue.topic());
          assertThat(letter.partition()).isZero();
          assertThat(letter.offset()).isZero();
          assertThat(letter.value()).isEqualTo("garbage".getBytes(UTF_8));
          assertThat(letter.key()).isEqualTo("key".getBytes(UTF_8));
        });
    assertThat(queue.deadLetters())
        .anySatisfy(letter -> {
          assertThat(letter.reason()).isEqualTo(Reason.IMPOSSIBLE);
          assertThat(letter.detail())
              .isEqualTo("a request to stage 'kitchen' in the queue of 'shop'");
        });
  }

  @Test
  void large_arguments_and_outputs_travel_by_reference_and_are_whole_inside() throws Exception {
    var large = new TextNode("x".repeat(2 * RecordLimits.RECORD_BYTES_MAX));
    var stowed = queue.claimCheck().stow(large);
    queue.ask(0, List.of(request("shop", "work", stowed, "a", null)));
    var seen = new AtomicInteger();
    try (var _ =
        worker(
            8,
            request -> {
              seen.set(request.arguments().asText().length());
              return new Completed(request.arguments());
            })) {
      await().until(() -> queue.answers().size() == 1);
    }
    assertThat(seen).hasValue(large.asText().length());
    var output = ((Completed) queue.answers().getFirst().answer()).output();
    assertThat(output.toString()).isEqualTo(stowed.toString()).contains("$blob");
    assertThat(queue.claimCheck().resolve(output)).isEqualTo(large);
  }

  @Test
  void arguments_and_outputs_that_forge_a_reference_are_refused() {
    var forged = json("{'$blob': {'uri': 'file:///etc/passwd', 'bytes': 9, 'sha256': 'no'}}");
    queue.ask(0, List.of(request("shop", "work", forged, "arguments", null), asked("output")));
    try (var _ = worker(8, _ -> new Completed(forged))) {
      await().until(() -> queue.answers().size() == 2);
    }
    assertThat(queue.answers())
        .allSatisfy(it -> assertThat(it.answer()).isInstanceOf(Refused.class));
  }

  @Test
  void an_answer_too_large_for_a_record_is_a_refusal_that_names_the_limit() {
    var large = Kind.RUNTIME.error("x".repeat(RecordLimits.RECORD_BYTES_MAX));
    queue.ask(0, List.of(asked("a")));
    try (var worker = worker(8, _ -> new Refused(large))) {
      await().until(() -> queue.answers().size() == 1);
      assertThat(worker.counts().oversize()).isEqualTo(1);
    }
    assertThat(queue.answers().getFirst().answer())
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.error().detail())
                    .contains("'work'", "the limit is " + RecordLimits.RECORD_BYTES_MAX));
  }

  @Test
  void answers_that_cannot_be_written_are_refusals_and_stop_nobody() {
    queue.ask(0, asked("a", 3));
    var noBytes = new Completed(new POJONode(new Object()));
    var tooDeep = new Completed(nested(2_000));
    try (var worker =
        worker(
            1,
            request ->
                isNamed(request, "a-0") ? noBytes : isNamed(request, "a-1") ? tooDeep : DONE)) {
      await().until(() -> queue.answers().size() == 3);
      assertThat(worker.counts().restarts()).isZero();
    }
    assertThat(queue.answers())
        .filteredOn(it -> !it.instanceId().value().equals("a-2"))
        .allSatisfy(it -> assertThat(it.answer()).isInstanceOf(Refused.class));
  }

  private static JsonNode nested(int depth) {
    JsonNode node = json("[]");
    for (int i = 0; i < depth; i++) {
      node = JsonNodeFactory.instance.arrayNode().add(node);
    }
    return node;
  }

  @Test
  void a_request_past_its_deadline_is_dropped_and_counted() {
    var late = request("shop", "work", json("{}"), "late", Instant.now().minusSeconds(1));
    queue.ask(0, List.of(late, asked("in-time")));
    try (var worker = worker(8, _ -> DONE)) {
      await().until(() -> queue.committed(0).offset() == queue.end(0));
      assertThat(worker.counts().expired()).isEqualTo(1);
    }
    assertThat(queue.answered()).containsExactly("in-time");
  }

  @Test
  void what_nobody_waits_for_is_answered_to_nobody_and_its_failure_is_a_dead_letter() {
    queue.ask(
        0, List.of(unawaited("fine", null), unawaited("refused", null), unawaited("later", null)));
    queue.ask(0, List.of(unawaited("late", Instant.now().minusSeconds(1))));
    var attempts = new ConcurrentLinkedQueue<String>();
    try (var worker =
        worker(
            8,
            request -> {
              attempts.add(request.instanceId() + " " + request.attempt());
              return isNamed(request, "refused")
                  ? new Refused(Kind.RUNTIME.error("exit code 3"))
                  : isNamed(request, "later") && request.attempt() == 1
                      ? new Unavailable(Kind.COMMUNICATION.error(503, "busy"), Duration.ZERO)
                      : DONE;
            })) {
      await().until(() -> queue.committed(0).offset() == queue.end(0));
      assertThat(worker.counts().failed()).isEqualTo(2);
      assertThat(worker.counts().executed()).isEqualTo(3);
    }
    assertThat(queue.answers()).isEmpty();
    assertThat(attempts).containsExactlyInAnyOrder("fine 1", "refused 1", "later 1", "later 2");
    await().until(() -> queue.deadLetters().size() == 2);
    assertThat(queue.deadLetters())
        .allSatisfy(letter -> assertThat(letter.reason()).isEqualTo(Reason.FAILED))
        .anySatisfy(letter -> assertThat(letter.detail()).contains("refused", "exit code 3"))
        .anySatisfy(letter -> assertThat(letter.detail()).contains("time was over"));
  }

  @Test
  void what_nobody_waits_for_is_done_by_the_next_worker_if_one_dies() {
    queue.ask(0, List.of(unawaited("a", null)));
    var entered = new CountDownLatch(1);
    var interrupted = new CountDownLatch(1);
    try (var _ =
        worker(
            8,
            _ -> {
              entered.countDown();
              return awaited(interrupted);
            })) {
      await().until(() -> entered.getCount() == 0);
    }
    var again = new AtomicInteger();
    try (var _ =
        worker(
            8,
            _ -> {
              again.incrementAndGet();
              return DONE;
            })) {
      await().until(() -> queue.committed(0).offset() == queue.end(0));
    }
    assertThat(again).hasValue(1);
    assertThat(queue.deadLetters()).isEmpty();
  }

  @Test
  void a_dependency_that_is_down_opens_the_circuit_for_all_requests() {
    var calls = new AtomicInteger();
    queue.ask(0, asked("a", 200));
    try (var _ =
        worker(
            1,
            _ -> {
              calls.incrementAndGet();
              return new Unavailable(Kind.COMMUNICATION.error(503, "down"), Duration.ZERO);
            })) {
      await().until(() -> queue.answers().size() == 200);
    }
    assertThat(calls).hasValueLessThan(20);
    assertThat(queue.answers())
        .anySatisfy(answer ->
            assertThat(answer.answer())
                .isInstanceOfSatisfying(
                    Unavailable.class,
                    it -> {
                      assertThat(it.error().detail()).isEqualTo("the circuit of 'work' is open");
                      assertThat(it.retryAfter()).isPositive();
                    }));
  }

  @Test
  void a_policy_travels_with_the_request_and_is_kept_by_the_worker() {
    var policy =
        new CallPolicy(
            "shop/order",
            "slow",
            null,
            null,
            new CallPolicy.RateLimit(2, CallPolicy.SPAN_MAX, Duration.ZERO));
    queue.ask(0, asked("a", 5).stream().map(it -> it.withPolicy(policy)).toList());
    queue.ask(1, asked("b", 5));
    try (var _ = worker(8, _ -> DONE)) {
      await().until(() -> queue.answers().size() == 10);
    }
    var answers = queue.answers().stream().map(it -> it.answer()).toList();
    assertThat(answers).filteredOn(DONE::equals).hasSize(7);
    assertThat(answers)
        .filteredOn(Unavailable.class::isInstance)
        .hasSize(3)
        .allSatisfy(it -> assertThat(((Unavailable) it).error().status()).isEqualTo(429));
  }

  @Test
  void a_second_worker_shares_the_work_and_nothing_is_lost() throws Exception {
    var first = ConcurrentHashMap.<String>newKeySet();
    var second = ConcurrentHashMap.<String>newKeySet();
    int count = 3_000;
    try (var worker = worker(16, noting(first))) {
      askBoth(0, count / 3);
      await().until(() -> first.size() > count / 6);
      try (var joined = worker(16, noting(second))) {
        assertThat(joined.awaitRunning(PATIENCE)).isTrue();
        askBoth(count / 3, 2 * count / 3);
        await().until(() -> !second.isEmpty());
      }
      askBoth(2 * count / 3, count);
      await().until(() -> queue.answered().stream().distinct().count() == count);
      assertThat(worker.state()).isEqualTo(WorkerState.RUNNING);
    }
    await().until(() -> queue.committed(0).offset() == queue.end(0));
  }

  @Test
  void closing_lets_the_work_under_way_end() {
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    queue.ask(0, List.of(asked("a")));
    var worker =
        worker(
            8,
            _ -> {
              entered.countDown();
              return awaited(release);
            });
    await().until(() -> entered.getCount() == 0);
    var closer = Thread.startVirtualThread(worker::close);
    release.countDown();
    await().until(() -> !closer.isAlive());
    assertThat(worker.state()).isEqualTo(WorkerState.CLOSED);
    assertThat(queue.answered()).containsExactly("a");
  }

  @Test
  void a_worker_without_a_broker_says_so_by_its_state_and_can_be_closed() {
    var nowhere = queue.settings("no-such-host.invalid:9092");
    try (var worker = StageWorker.start(spec(8, _ -> DONE), nowhere)) {
      await().until(() -> worker.state() == WorkerState.BACKING_OFF);
      assertThat(worker.counts().restarts()).isPositive();
    }
  }

  private void askBoth(int from, int to) {
    for (int partition : List.of(0, 1)) {
      queue.ask(
          partition,
          IntStream.range(from, to)
              .filter(i -> i % 2 == partition)
              .mapToObj(i -> asked("a-" + i))
              .toList());
    }
  }

  private StageWorker worker(int concurrencyMax, StageFunction function) {
    return StageWorker.start(spec(concurrencyMax, function), queue.settings());
  }

  private static StageSpec spec(int concurrencyMax, StageFunction function) {
    var policy =
        new StagePolicy(Duration.ofMinutes(1), concurrencyMax, 50, 50, Duration.ofSeconds(30));
    return new StageSpec(new StageName("shop"), policy, Map.of("work", function));
  }

  private static StageFunction named(Queue<String> executed, String endless) {
    return request -> {
      executed.add(request.instanceId().value());
      return isNamed(request, endless) ? awaited(new CountDownLatch(1)) : DONE;
    };
  }

  private static StageFunction noting(Set<String> executed) {
    return request -> {
      executed.add(request.instanceId().value());
      return DONE;
    };
  }

  private static boolean isNamed(StageRequest request, String instance) {
    return request.instanceId().value().equals(instance);
  }

  private static StageAnswer awaited(CountDownLatch latch) throws InterruptedException {
    latch.await();
    return DONE;
  }

  private static StageRequest asked(String instance) {
    return request("shop", "work", json("{}"), instance, null);
  }

  private static StageRequest unawaited(String instance, @Nullable Instant deadline) {
    return request("shop", "work", json("{}"), instance, deadline).notAwaited();
  }

  private static List<StageRequest> asked(String prefix, int count) {
    return IntStream.range(0, count).mapToObj(i -> asked(prefix + "-" + i)).toList();
  }
}
