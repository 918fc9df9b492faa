package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

/** Whatever stands on a topic, decoding either gives a value or says why not. */
class HostileBytesTest {
  private static final Codecs CODECS = AvroCodecs.embedded(Samples.TOPICS);
  private static final List<Codec<?>> ALL =
      List.of(
          CODECS.submissions(),
          CODECS.commands(),
          CODECS.stageRequests(Samples.CARDS),
          CODECS.journal(),
          CODECS.snapshots(),
          CODECS.outcomes(),
          CODECS.definitions(),
          CODECS.deadLetters(),
          CODECS.coordination());
  private static final List<byte[]> VALID =
      List.of(
          CODECS.submissions().encode(Samples.SUBMISSIONS.getFirst()),
          CODECS.commands().encode(Samples.COMMANDS.get(1)),
          CODECS.stageRequests(Samples.CARDS).encode(Samples.STAGE_REQUESTS.getFirst()),
          CODECS.journal().encode(Samples.JOURNAL.getFirst()),
          CODECS.snapshots().encode(Samples.STATES.getLast()),
          CODECS.outcomes().encode(Samples.INSTANCE_OUTCOMES.get(1)),
          CODECS.definitions().encode(Samples.DEFINITIONS.getFirst()),
          CODECS.deadLetters().encode(Samples.DEAD_LETTERS.getFirst()),
          CODECS.coordination().encode(Samples.COORDINATION.getFirst()));

  @Property
  void noise_is_refused_with_a_reason(@ForAll byte[] noise) {
    ALL.forEach(codec -> decodesOrSaysWhy(codec, noise));
  }

  @Property
  void noise_behind_a_valid_header_is_refused_with_a_reason(
      @ForAll @IntRange(max = 8) int record, @ForAll @Size(max = 200) byte[] noise) {
    var header = Arrays.copyOf(VALID.get(record), 10);
    var bytes = ByteBuffer.allocate(10 + noise.length).put(header).put(noise).array();

    decodesOrSaysWhy(ALL.get(record), bytes);
  }

  @Property
  void a_damaged_record_is_refused_or_is_another_record(
      @ForAll @IntRange(max = 8) int record,
      @ForAll long seed,
      @ForAll @IntRange(min = 1, max = 8) int flips) {
    var bytes = VALID.get(record).clone();
    var random = new Random(seed);
    for (int i = 0; i < flips; i++) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    decodesOrSaysWhy(ALL.get(record), bytes);
  }

  @Property
  void a_cut_off_record_is_refused(
      @ForAll @IntRange(max = 8) int record, @ForAll @IntRange(min = 1, max = 100_000) int cut) {
    var whole = VALID.get(record);
    var bytes = Arrays.copyOf(whole, cut % whole.length);

    assertThatThrownBy(() -> ALL.get(record).decode(bytes))
        .isInstanceOf(UndecodableException.class);
  }

  private static void decodesOrSaysWhy(Codec<?> codec, byte[] bytes) {
    try {
      assertThat(codec.decode(bytes)).isNotNull();
    } catch (UndecodableException e) {
      assertThat(e).hasMessageMatching("(?s).{10,}");
    }
  }

  @Test
  void a_record_with_bytes_behind_its_end_is_refused() {
    var whole = VALID.get(1);

    assertThatThrownBy(() -> CODECS.commands().decode(Arrays.copyOf(whole, whole.length + 1)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("bytes follow");
  }

  /** A length of two gigabytes in a record of thirty bytes; an allocation of it would fail. */
  @Test
  void a_hostile_length_costs_no_memory() {
    var header = Arrays.copyOf(VALID.get(6), 10);
    var bytes =
        ByteBuffer.allocate(30)
            .put(header)
            .put(new byte[] {(byte) 0xFE, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, 0x0F})
            .array();

    assertThatThrownBy(() -> CODECS.definitions().decode(bytes))
        .isInstanceOf(UndecodableException.class);
  }

  @Test
  void a_registrys_record_without_a_registry_says_so() {
    assertThatThrownBy(() -> CODECS.commands().decode(new byte[] {0, 0, 0, 0, 7, 1, 2}))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("no registry is configured");
  }

  @Test
  void json_nested_without_end_is_refused() {
    var deep = "{\"workflow\":\"a/b\",\"input\":" + "[".repeat(100_000);

    assertThatThrownBy(() -> CODECS.submissions().decode(Samples.utf8(deep)))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("nesting depth");
  }
}
