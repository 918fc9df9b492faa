package dev.millrace.core;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.TreeMap;

/**
 * One text for every JSON value, whatever the order of its keys or the way its numbers were
 * written, so that equal values have equal hashes.
 *
 * <p>Differs from the RFC in one point: integers beyond 2<sup>53</sup> keep all their digits.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc8785">RFC 8785, JSON Canonicalization Scheme</a>
 */
public final class CanonicalJson {
  private static final int SCIENTIFIC_FROM_EXPONENT = 21;
  private static final int SCIENTIFIC_BELOW_EXPONENT = -6;

  private CanonicalJson() {}

  /** SHA-256 of {@link #write}, as 64 lower-case hexadecimal digits. */
  public static String hash(JsonNode value) {
    try {
      var bytes = write(value).getBytes(StandardCharsets.UTF_8);
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /**
   * @param value of JSON's own types; missing counts as null
   * @throws IllegalArgumentException if the value holds NaN, infinity, binary data or a Java object
   */
  public static String write(JsonNode value) {
    var text = new StringBuilder();
    append(value, text);
    return text.toString();
  }

  private static void append(JsonNode value, StringBuilder text) {
    switch (value.getNodeType()) {
      case OBJECT -> appendObject(value, text);
      case ARRAY -> appendArray(value, text);
      case STRING -> appendString(value.textValue(), text);
      case NUMBER -> text.append(number(value));
      case BOOLEAN, NULL -> text.append(value.asText());
      case MISSING -> text.append("null");
      case BINARY, POJO -> throw new IllegalArgumentException("not a JSON value: " + value);
    }
  }

  private static void appendObject(JsonNode object, StringBuilder text) {
    var sorted = new TreeMap<String, JsonNode>();
    object.properties().forEach(property -> sorted.put(property.getKey(), property.getValue()));
    var separator = '{';
    for (var property : sorted.entrySet()) {
      text.append(separator);
      appendString(property.getKey(), text);
      append(property.getValue(), text.append(':'));
      separator = ',';
    }
    text.append(sorted.isEmpty() ? "{}" : "}");
  }

  private static void appendArray(JsonNode array, StringBuilder text) {
    var separator = '[';
    for (var element : array) {
      append(element, text.append(separator));
      separator = ',';
    }
    text.append(array.isEmpty() ? "[]" : "]");
  }

  private static void appendString(String string, StringBuilder text) {
    text.append('"');
    string.chars().forEach(c -> appendCharacter((char) c, text));
    text.append('"');
  }

  private static void appendCharacter(char c, StringBuilder text) {
    switch (c) {
      case '"' -> text.append("\\\"");
      case '\\' -> text.append("\\\\");
      case '\b' -> text.append("\\b");
      case '\t' -> text.append("\\t");
      case '\n' -> text.append("\\n");
      case '\f' -> text.append("\\f");
      case '\r' -> text.append("\\r");
      default -> appendOther(c, text);
    }
  }

  private static void appendOther(char c, StringBuilder text) {
    if (c < ' ') {
      text.append("\\u%04x".formatted((int) c));
    } else {
      text.append(c);
    }
  }

  private static String number(JsonNode value) {
    if (value.isIntegralNumber()) {
      return value.bigIntegerValue().toString();
    }
    var number = value.doubleValue();
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      throw new IllegalArgumentException("JSON has no " + number);
    }
    return number == 0 ? "0" : number(new BigDecimal(Double.toString(number)));
  }

  /** As ECMAScript's {@code Number.prototype.toString} writes it. */
  private static String number(BigDecimal shortest) {
    var digits = shortest.stripTrailingZeros();
    var exponent = digits.precision() - digits.scale();
    if (exponent > SCIENTIFIC_BELOW_EXPONENT && exponent <= SCIENTIFIC_FROM_EXPONENT) {
      return digits.toPlainString();
    }
    var mantissa = digits.scaleByPowerOfTen(1 - exponent).toPlainString();
    return mantissa + (exponent > 0 ? "e+" : "e") + (exponent - 1);
  }
}
