package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class RowKeyTest {
  @Test
  void a_key_comes_back() throws Exception {
    var key = new RowKey("gate/ü", "queued/0001");
    assertThat(RowKey.decode(key.encode())).isEqualTo(key);
  }

  @Test
  void rows_of_one_thing_stand_together_in_the_order_of_their_parts() {
    assertThat(compare(new RowKey("a", "z").encode(), new RowKey("ab", "a").encode())).isNegative();
    assertThat(compare(new RowKey("a", "x/1").encode(), new RowKey("a", "x/2").encode()))
        .isNegative();
  }

  @Test
  void a_prefix_ends_behind_all_its_parts() {
    var end = new RowKey("a", "x/").lastOfPrefix();
    assertThat(compare(new RowKey("a", "x/\uFFFF🎉").encode(), end)).isNegative();
    assertThat(compare(new RowKey("a", "y").encode(), end)).isPositive();
  }

  @Test
  void the_next_key_is_right_behind() {
    var key = new RowKey("a", "x");
    assertThat(compare(key.encode(), key.next())).isNegative();
    assertThat(compare(key.next(), new RowKey("a", "x0").encode())).isNegative();
  }

  @Test
  void what_is_no_such_key_is_refused() {
    assertThatExceptionOfType(UndecodableException.class)
        .isThrownBy(() -> RowKey.decode(new byte[] {1, 2}));
    assertThatIllegalArgumentException().isThrownBy(() -> new RowKey("a\0b", ""));
  }

  private static int compare(byte[] one, byte[] other) {
    return Arrays.compareUnsigned(one, other);
  }
}
