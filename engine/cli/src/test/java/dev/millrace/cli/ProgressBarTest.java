package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.cli.Indexing.Tally;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressBarTest {
  @Test
  void until_the_first_document_it_says_what_takes_so_long() {
    assertThat(shown(new Tally(194, 0, 4, 0, 40)))
        .contains("190 documents: the embedding model is loading")
        .doesNotContain("documents/s");
    assertThat(shown(new Tally(194, 1, 4, 0, 50))).contains("5/194 documents", "documents/s");
    assertThat(shown(new Tally(194, 0, 194, 0, 2_000))).contains("194/194", "194 unchanged");
  }

  private static String shown(Tally tally) {
    var err = new StringWriter();
    var out = new PrintWriter(new StringWriter());
    new ProgressBar(Terminal.plain(out, new PrintWriter(err, true))).finish(tally);
    return err.toString();
  }
}
