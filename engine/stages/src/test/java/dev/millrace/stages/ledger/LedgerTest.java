package dev.millrace.stages.ledger;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.IntNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
  @TempDir Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void nameFile() {
    file = folder.resolve("books/ledger.jsonl");
  }

  @Test
  void the_same_key_gets_the_first_answer_again() throws IOException {
    assertThat(count("k-1")).isEqualTo(completed(0));
    assertThat(count("k-2")).isEqualTo(completed(1));
    assertThat(count("k-1")).isEqualTo(completed(0));
    assertThat(Ledger.in(file).entries())
        .extracting(Ledger.Entry::key)
        .containsExactly("k-1", "k-2");
  }

  @Test
  void what_was_refused_may_be_asked_for_again() throws IOException {
    var refused = new Refused(Kind.VALIDATION.error("no"));
    assertThat(Ledger.in(file).once("k-1", "count", "i", _ -> refused)).isEqualTo(refused);
    assertThat(count("k-1")).isEqualTo(completed(0));
  }

  @Test
  void another_process_finds_what_was_done() throws IOException {
    count("k-1");
    var copy = Files.copy(file, folder.resolve("as-found-by-another"));
    assertThat(Ledger.in(copy).entries()).hasSize(1);
    var written = Files.readAllBytes(Files.copy(file, folder.resolve("line")));
    Files.write(
        file, new String(written).replace("k-1", "k-9").getBytes(), StandardOpenOption.APPEND);
    assertThat(count("k-9")).as("what the other process answered").isEqualTo(completed(0));
  }

  @Test
  void a_line_that_a_crash_left_unfinished_was_not_done() throws IOException {
    count("k-1");
    Files.writeString(file, "{\"key\":\"k-2\",\"fun", StandardOpenOption.APPEND);
    assertThat(count("k-2")).isEqualTo(completed(1));
    assertThat(Files.readAllLines(file)).hasSize(2).last().asString().endsWith("}");
  }

  @Test
  void many_at_once_do_each_thing_once() throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var tasks =
          IntStream.range(0, 60)
              .<Callable<StageAnswer>>mapToObj(i -> () -> count("k-" + i % 20))
              .toList();
      for (var task : threads.invokeAll(tasks)) {
        assertThat(task.get()).isInstanceOf(Completed.class);
      }
    }
    assertThat(Ledger.in(file).entries())
        .extracting(entry -> entry.output().intValue())
        .containsExactlyElementsOf(IntStream.range(0, 20).boxed().toList());
  }

  private StageAnswer count(String key) throws IOException {
    return Ledger.in(file).once(key, "count", "i", before -> completed(before.size()));
  }

  private static StageAnswer completed(int number) {
    return new Completed(IntNode.valueOf(number));
  }
}
