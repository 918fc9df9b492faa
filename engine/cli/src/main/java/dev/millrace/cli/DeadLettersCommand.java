package dev.millrace.cli;

import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.UndecodableException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
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
  private int recordsMax;

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
    var letters = read(connection.reach(millrace.workspace()), recordsMax);
    if (letters.isEmpty() && format == OutputFormat.TEXT) {
      millrace.terminal().note("no dead letters");
    }
    letters.forEach(letter -> millrace.terminal().say(line(letter)));
    return ExitCode.OK.code();
  }

  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = "Sends the original record to the topic it came from, once more.")
  int replay(
      @Parameters(paramLabel = "PLACE", description = "As listed: PARTITION-OFFSET.")
          String place) {
    Logs.of(millrace.workspace(), "dead-letters");
    var reached = connection.reach(millrace.workspace());
    var letter =
        read(reached, Integer.MAX_VALUE).stream()
            .filter(candidate -> candidate.place().equals(place))
            .findFirst()
            .orElseThrow(
                () -> new CommandFailure(ExitCode.USAGE, "there is no dead letter " + place));
    send(reached, letter.content());
    millrace.terminal().say("sent to " + letter.content().topic());
    return ExitCode.OK.code();
  }

  private static List<Placed> read(Connection reached, int recordsMax) {
    return new TopicReader(reached.bootstrapServers())
        .read(reached.topics().deadLetters(), recordsMax).stream()
            .map(letter -> decoded(reached, letter))
            .toList();
  }

  private static Placed decoded(Connection reached, ConsumerRecord<byte[], byte[]> letter) {
    try {
      var content = AvroCodecs.embedded(reached.topics()).deadLetters().decode(letter.value());
      return new Placed(letter.partition() + "-" + letter.offset(), content);
    } catch (UndecodableException e) {
      throw new IllegalStateException("a dead letter is not one: " + e.getMessage(), e);
    }
  }

  private static void send(Connection reached, DeadLetter letter) {
    var settings =
        Map.<String, Object>of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            reached.bootstrapServers(),
            ProducerConfig.ACKS_CONFIG,
            "all");
    try (var producer =
        new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      producer.send(new ProducerRecord<>(letter.topic(), letter.key(), letter.value()));
    }
  }

  private String line(Placed letter) {
    var content = letter.content();
    return switch (format) {
      case JSON ->
          JsonView.of(
              Map.of(
                  "place", letter.place(),
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
        yield terminal.bold(letter.place())
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
                    + shortened(text(content.value())));
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

  /**
   * @param place partition and offset on the dead-letter topic itself
   */
  private record Placed(String place, DeadLetter content) {}
}
