package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The demo on a small corpus: everything it shows is real, down to the broker. */
class DemoRagIT {
  @TempDir Path home;
  @TempDir Path parent;

  @Test
  void it_indexes_answers_with_citations_and_says_when_it_cannot() throws IOException {
    var corpus = corpus();

    var answered = ask(corpus, "What leads water from the weir to the wheel?");
    assertThat(answered.exit()).as(answered.toString()).isEqualTo(ExitCode.OK.code());
    assertThat(answered.err()).contains("2/2 documents");
    assertThat(answered.out())
        .contains("attempt 1  single search", "retrieve", "generate", "validate", "✓ grounded")
        .contains("mill race", "[1]", "mill.md")
        .contains("Generator: extractive. No model is configured");

    var unanswered = ask(corpus, "Who won the football world cup in 1998?");
    assertThat(unanswered.exit()).isEqualTo(ExitCode.UNANSWERED.code());
    assertThat(unanswered.err()).contains("2 unchanged");
    assertThat(unanswered.out())
        .contains("attempt 2  deep search", "attempt 3", "✗ not grounded", "Unanswered.")
        .doesNotContain("Answer\n");
  }

  private CommandLineRun ask(Path corpus, String question) {
    return CommandLineRun.of(
        "demo",
        "rag",
        "--home",
        home.toString(),
        "--corpus",
        corpus.toString(),
        "--question",
        question);
  }

  private Path corpus() throws IOException {
    var corpus = Files.createDirectory(parent.resolve("mills"));
    Files.writeString(
        corpus.resolve("mill.md"),
        """
        # The mill

        ## The water wheel

        The water wheel of the mill is driven by water that the mill race leads from the weir to
        the wheel. A mill race is a narrow channel with a fast current. The wheel turns the
        millstones by wooden gears.

        ## The millstones

        The millstones are dressed twice a year by the miller, because they lose their edge.
        """);
    Files.writeString(
        corpus.resolve("baker.md"),
        """
        # The bakery

        The baker buys flour from the mill every Monday. Bread is baked before sunrise in a brick
        oven that is heated with beech wood.
        """);
    return corpus;
  }
}
