package dev.millrace.core;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.DoubleNode;
import org.junit.jupiter.api.Test;

class CanonicalJsonTest {
  private static JsonNode json(String text) {
    try {
      return new ObjectMapper().readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  private static String canonical(String text) {
    return CanonicalJson.write(json(text));
  }

  @Test
  void keys_are_sorted_at_every_depth() {
    assertThat(canonical("{\"b\": [{\"d\": 1, \"c\": null}], \"a\": true, \"e\": {}, \"f\": []}"))
        .isEqualTo("{\"a\":true,\"b\":[{\"c\":null,\"d\":1}],\"e\":{},\"f\":[]}");
  }

  @Test
  void numbers_read_as_in_the_rfc() {
    assertThat(canonical("[333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001]"))
        .isEqualTo("[333333333.3333333,1e+30,4.5,0.002,1e-27]");
    assertThat(canonical("[1.0, 1, -0.0, 100.0, 1e21, 1e20, 1.5e-7, 0.000001]"))
        .isEqualTo("[1,1,0,100,1e+21,100000000000000000000,1.5e-7,0.000001]");
  }

  @Test
  void large_integers_keep_their_digits() {
    assertThat(canonical("12345678901234567890")).isEqualTo("12345678901234567890");
  }

  @Test
  void strings_escape_only_what_json_demands() {
    assertThat(canonical("\"\\u20ac$\\u000F\\nA'B\\\"\\\\\\/\""))
        .isEqualTo("\"\u20ac$\\u000f\\nA'B\\\"\\\\/\"");
  }

  @Test
  void equal_values_have_equal_hashes_whatever_their_order() {
    assertThat(CanonicalJson.hash(json("{\"a\": 1.0, \"b\": 2}")))
        .isEqualTo(CanonicalJson.hash(json("{\"b\": 2, \"a\": 1}")))
        .isNotEqualTo(CanonicalJson.hash(json("{\"b\": 1, \"a\": 2}")))
        .hasSize(64);
  }

  @Test
  void what_json_cannot_say_is_refused() {
    assertThatThrownBy(() -> CanonicalJson.write(DoubleNode.valueOf(Double.NaN)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
