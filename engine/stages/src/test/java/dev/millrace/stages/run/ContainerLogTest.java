package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.core.stage.StageAnswer.Completed;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** What a container writes, while it runs and at its end. */
final class ContainerLogTest extends ContainerRuns {
  private static ListAppender<ILoggingEvent> listening() {
    var log = new ListAppender<ILoggingEvent>();
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    ((Logger) LoggerFactory.getLogger(Processes.class)).addAppender(log);
    return log;
  }

  private static List<String> linesOf(ListAppender<ILoggingEvent> log) {
    return log.list.stream()
        .map(ILoggingEvent::getFormattedMessage)
        .filter(line -> line.contains(" log: "))
        .toList();
  }

  @Test
  void the_log_is_told_line_by_line_while_the_container_runs() throws Exception {
    log = "one\ntwo s3cr3t\n";
    goOn = new CountDownLatch(1);
    var told = listening();
    var arguments = "{'image': 'a', 'environment': {'API_TOKEN': 's3cr3t'}, 'return': 'stdout'}";
    var answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return answer(arguments);
          } catch (Exception e) {
            throw new AssertionError(e);
          }
        });
    await().atMost(Duration.ofSeconds(10)).until(() -> !linesOf(told).isEmpty());
    assertThat(answer).isNotDone();
    assertThat(linesOf(told)).containsExactly("order-1 /do/0/work log: one");
    goOn.countDown();
    assertThat(answer.get()).isEqualTo(new Completed(json("'one\\ntwo ***\\n'")));
    assertThat(linesOf(told))
        .containsExactly("order-1 /do/0/work log: one", "order-1 /do/0/work log: two ***");
  }

  @Test
  void a_stream_that_breaks_is_taken_up_again_and_no_line_told_twice() throws Exception {
    log = "one\ntwo\nthree\n";
    breaks.set(2);
    goOn = new CountDownLatch(1);
    goOn.countDown();
    var told = listening();
    assertThat(answer("{'image': 'a', 'return': 'stdout'}"))
        .isEqualTo(new Completed(json("'one\\ntwo\\nthree\\n'")));
    assertThat(linesOf(told))
        .extracting(line -> line.replaceFirst(".* log: ", ""))
        .containsExactly("one", "two", "three");
  }

  @Test
  void a_long_log_keeps_its_beginning_and_its_end() throws Exception {
    log = "first\n" + "x".repeat(100_000) + "\nlast\n";
    var request = request("run", ContainerStage.NAME, json("{'image': 'a'}"));
    var done = (Completed) answer(request, Map.of(RunSettings.OUTPUT_BYTES_MAX, "2000"));
    assertThat(done.output().asText())
        .startsWith("first\n")
        .endsWith("last\n")
        .contains("bytes left out")
        .hasSizeLessThan(2_100);
  }
}
