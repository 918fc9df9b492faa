package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.workflow.JournalEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Bytes that were released decode to what was recorded with them, for ever. */
class GoldenSamplesTest {
  private static final Codecs CODECS = AvroCodecs.embedded(Samples.TOPICS);
  private static final Map<String, Codec<?>> BY_FOLDER =
      Map.of(
          "submissions", CODECS.submissions(),
          "commands", CODECS.commands(),
          "coordination", CODECS.coordination(),
          "coordination-rows", CODECS.coordinationRows(),
          "stage-requests", CODECS.stageRequests(Samples.CARDS),
          "journal", CODECS.journal(),
          "snapshots", CODECS.snapshots(),
          "outcomes", CODECS.outcomes(),
          "definitions", CODECS.definitions(),
          "dead-letters", CODECS.deadLetters());

  @Test
  void every_released_sample_decodes_to_what_was_recorded() throws Exception {
    for (var bytes : released()) {
      var decoded = codec(bytes).decode(Files.readAllBytes(bytes));
      var recorded = Files.readString(recordOf(bytes));

      assertThat(
              RecordedValue.stillSays(
                  RecordedValue.parse(RecordedValue.of(decoded)), RecordedValue.parse(recorded)))
          .as("%s decodes to %s, recorded was %s", bytes, decoded, recorded)
          .isTrue();
    }
  }

  @Test
  void every_kind_of_record_has_a_released_sample() {
    if (SchemasFolder.addsMissing()) {
      addMissing();
    }
    assertThat(samples())
        .allSatisfy(sample ->
            assertThat(sample.file()).as("no golden sample%s", SchemasFolder.HOW_TO_ADD).exists());
  }

  private static void addMissing() {
    for (var sample : samples()) {
      if (!Files.exists(sample.file())) {
        SchemasFolder.add(sample.file(), sample.bytes());
        SchemasFolder.add(recordOf(sample.file()), Samples.utf8(RecordedValue.of(sample.value())));
      }
    }
  }

  private static List<Path> released() throws IOException {
    try (var files = Files.walk(SchemasFolder.golden())) {
      return files.filter(it -> it.toString().endsWith(".bin")).toList();
    }
  }

  private static Path recordOf(Path bytes) {
    return bytes.resolveSibling(bytes.getFileName().toString().replace(".bin", ".json"));
  }

  private static Codec<?> codec(Path bytes) {
    var folder = SchemasFolder.golden().relativize(bytes).getName(0).toString();
    return Objects.requireNonNull(BY_FOLDER.get(folder), folder);
  }

  private record Sample(Path file, byte[] bytes, Object value) {}

  private static List<Sample> samples() {
    var all = new Collected();
    all.add("submissions", CODECS.submissions(), Samples.SUBMISSIONS);
    all.add("commands", CODECS.commands(), Samples.COMMANDS);
    all.add("coordination", CODECS.coordination(), Samples.COORDINATION);
    all.add("coordination-rows", CODECS.coordinationRows(), Samples.COORDINATION_ROWS);
    all.add("stage-requests", CODECS.stageRequests(Samples.CARDS), Samples.STAGE_REQUESTS);
    all.add("journal", CODECS.journal(), oneEntryPerEvent());
    all.add("snapshots", CODECS.snapshots(), Samples.STATES);
    all.add("outcomes", CODECS.outcomes(), Samples.INSTANCE_OUTCOMES);
    all.add("definitions", CODECS.definitions(), Samples.DEFINITIONS);
    all.add("dead-letters", CODECS.deadLetters(), Samples.DEAD_LETTERS);
    return all.samples;
  }

  private static List<JournalEntry> oneEntryPerEvent() {
    return Samples.EVENTS.stream()
        .map(event -> new JournalEntry(Samples.ORDER, 7, Samples.AT, List.of(event)))
        .toList();
  }

  /** Gives each sample a name of its own: its kind, and a number among those of its kind. */
  private static final class Collected {
    private final List<Sample> samples = new ArrayList<>();
    private final Map<String, Integer> numbers = new HashMap<>();

    <T> void add(String folder, Codec<T> codec, List<? extends T> values) {
      for (var value : values) {
        var kind = kind(value);
        int number = numbers.merge(folder + kind, 1, Integer::sum);
        var file = SchemasFolder.golden().resolve(folder).resolve(kind + "-" + number + ".bin");
        samples.add(new Sample(file, codec.encode(value), value));
      }
    }

    private static String kind(Object value) {
      return value instanceof JournalEntry entry
          ? entry.events().getFirst().getClass().getSimpleName()
          : value.getClass().getSimpleName();
    }
  }
}
