package dev.millrace.stages.run;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MaskedStreamTest {
  private final ByteArrayOutputStream handedOn = new ByteArrayOutputStream();

  private MaskedStream hiding(String... hidden) {
    var all = Stream.of(hidden).map(each -> each.getBytes(UTF_8)).toList();
    return new MaskedStream(all, "***".getBytes(UTF_8), handedOn::write);
  }

  private static void add(MaskedStream stream, String text) {
    var bytes = text.getBytes(UTF_8);
    stream.add(bytes, bytes.length);
  }

  private String shown() {
    return handedOn.toString(UTF_8);
  }

  @ParameterizedTest
  @CsvSource({
    "a-secret-b, a-***-b",
    "secret, ***",
    "secretsecret, ******",
    "sesecret, se***",
    "secre, secre",
    "key of the keyring, *** of the ***",
    "keyrin, ***rin",
    "größe, ***",
    "nothing, nothing"
  })
  void however_it_comes_the_same_is_shown(String text, String shown) {
    var bytes = text.getBytes(UTF_8);
    for (var size = 1; size <= bytes.length; size++) {
      handedOn.reset();
      var stream = hiding("secret", "key", "keyring", "größe");
      for (var from = 0; from < bytes.length; from += size) {
        var piece = Arrays.copyOfRange(bytes, from, Math.min(bytes.length, from + size));
        stream.add(piece, piece.length);
      }
      stream.end();
      assertThat(shown()).as("pieces of %d", size).isEqualTo(shown);
    }
  }

  @Test
  void only_what_may_be_the_beginning_of_it_waits() {
    var stream = hiding("secret");
    add(stream, "one\ntwo sec");
    assertThat(shown()).isEqualTo("one\ntwo ");
    add(stream, "ond");
    assertThat(shown()).isEqualTo("one\ntwo second");
  }

  @Test
  void random_streams_in_random_pieces_lose_what_a_whole_text_would_lose() {
    var random = new Random(7);
    for (var round = 0; round < 500; round++) {
      handedOn.reset();
      var text = new StringBuilder();
      while (text.length() < 200) {
        text.append(
            random.nextInt(8) == 0 ? "abcab" : String.valueOf("abc".charAt(random.nextInt(3))));
      }
      var stream = hiding("abcab");
      for (var from = 0; from < text.length(); ) {
        var to = Math.min(text.length(), from + 1 + random.nextInt(7));
        add(stream, text.substring(from, to));
        from = to;
      }
      stream.end();
      assertThat(shown()).isEqualTo(text.toString().replace("abcab", "***"));
    }
  }
}
