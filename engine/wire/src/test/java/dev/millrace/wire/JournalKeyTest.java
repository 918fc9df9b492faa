package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.InstanceId;
import java.util.Arrays;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.NotEmpty;
import org.junit.jupiter.api.Test;

class JournalKeyTest {

  @Property
  void keys_sort_by_instance_and_then_by_sequence(
      @ForAll @LongRange(min = 0) long a, @ForAll @LongRange(min = 0) long b) {
    assertThat(Integer.signum(Arrays.compareUnsigned(key("i", a), key("i", b))))
        .isEqualTo(Integer.signum(Long.compare(a, b)));
  }

  @Property
  void a_prefix_finds_its_own_instance_only(
      @ForAll @AlphaChars @NotEmpty String one, @ForAll @AlphaChars @NotEmpty String more) {
    var prefix = JournalKey.prefix(new InstanceId(cut(one)));

    assertThat(key(cut(one), 5)).startsWith(prefix);
    assertThat(Arrays.mismatch(prefix, key(cut(one) + cut(more), 5))).isLessThan(prefix.length);
  }

  private static String cut(String text) {
    return text.substring(0, Math.min(text.length(), InstanceId.LENGTH_MAX / 2));
  }

  @Test
  void a_key_comes_back_as_it_was() throws Exception {
    var key = new JournalKey(Samples.ORDER, 258);

    assertThat(JournalKey.decode(key.encode())).isEqualTo(key);
  }

  @Property
  void noise_is_refused_or_is_a_key(@ForAll byte[] noise) {
    try {
      assertThat(JournalKey.decode(noise).encode()).isEqualTo(noise);
    } catch (UndecodableException e) {
      assertThat(e).hasMessageContaining("journal key");
    }
  }

  @Test
  void a_negative_sequence_is_refused() {
    assertThatThrownBy(() -> new JournalKey(Samples.ORDER, -1))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static byte[] key(String id, long sequence) {
    return new JournalKey(new InstanceId(id), sequence).encode();
  }
}
