package dev.millrace.cli;

import dev.millrace.cli.Following.Placed;
import dev.millrace.wire.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "dead-letters",
    mixinStandardHelpOptions = true,
    description = "Lists the records that could not be processed, or replays one to its topic.")
final class DeadLettersCommand implements Callable<Integer> {
  private static final int VALUE_LENGTH_MAX = 200;
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--max",
      paramLabel = "N",
      defaultValue = "100",
      description = "Only the latest N. Default: ${DEFAULT-VALUE}.")
  private int lettersMax;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  DeadLettersCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "dead-letters");
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      var letters = all(client);
      if (letters.isEmpty() && format == OutputFormat.TEXT) {
        millrace.terminal().note("no dead letters");
      }
      letters.stream()
          .skip(Math.max(0, letters.size() - lettersMax))
          .forEach(letter -> millrace.terminal().say(line(letter)));
    }
    return ExitCode.OK.code();
  }

  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = "Sends the original record to the topic it came from, once more.")
  int replay(
      @Mixin ConnectionOptions to,
      @Parameters(paramLabel = "PLACE", description = "As listed: PARTITION-OFFSET.")
          String place) {
    Logs.of(millrace.workspace(), "dead-letters");
    try (var client = new WorkflowClient(to.reach(millrace.workspace()))) {
      var letter =
          all(client).stream()
              .filter(candidate -> place(candidate).equals(place))
              .findFirst()
              .orElseThrow(
                  () -> new CommandFailure(ExitCode.USAGE, "there is no dead letter " + place))
              .value();
      client.send(letter.topic(), letter.key(), letter.value());
      millrace.terminal().say("sent to " + letter.topic());
    }
    return ExitCode.OK.code();
  }

  private static List<Placed<DeadLetter>> all(WorkflowClient client) {
    try (var letters = client.deadLetters()) {
      return letters.soFar();
    }
  }

  private static String place(Placed<DeadLetter> letter) {
    return letter.partition() + "-" + letter.offset();
  }

  private String line(Placed<DeadLetter> letter) {
    var content = letter.value();
    return switch (format) {
      case JSON ->
          JsonView.of(
              Map.of(
                  "place", place(letter),
                  "reason", content.reason(),
                  "detail", content.detail(),
                  "recordedAt", content.recordedAt(),
                  "topic", content.topic(),
                  "partition", content.partition(),
                  "offset", content.offset(),
                  "key", text(content.key()),
                  "value", text(content.value())));
      case TEXT -> {
        var terminal = millrace.terminal();
        yield terminal.bold(place(letter))
            + "  "
            + content.recordedAt()
            + "  "
            + terminal.red(content.reason().toString())
            + "  "
            + content.detail()
            + "\n    "
            + terminal.dim(
                content.topic()
                    + " partition "
                    + content.partition()
                    + " offset "
                    + content.offset()
                    + ", key "
                    + text(content.key())
                    + ": "
                    + shortened(text(content.value()).replaceAll("[\\p{Cntrl}\uFFFD]+", "·")));
      }
    };
  }

  /** Bytes that are no text show replacement characters: enough to recognise a record. */
  private static String text(byte @Nullable [] bytes) {
    return bytes == null ? "" : new String(bytes, StandardCharsets.UTF_8);
  }

  private static String shortened(String text) {
    return text.length() <= VALUE_LENGTH_MAX ? text : text.substring(0, VALUE_LENGTH_MAX) + "…";
  }
}
