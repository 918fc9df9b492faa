package dev.millrace.core.definition;

import static dev.millrace.core.definition.DefinitionBounds.DEPTH_MAX;
import static dev.millrace.core.definition.DefinitionBounds.LENGTH_MAX;
import static dev.millrace.core.definition.DefinitionBounds.PROBLEMS_MAX;
import static dev.millrace.core.definition.DefinitionBounds.VALUES_MAX;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.definition.Problem.Severity;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads one YAML or JSON document and remembers where everything stands. Knows nothing of
 * workflows. Words are those of YAML 1.2: {@code on} and {@code no} are text, as a key and as a
 * value. Duplicate keys are refused; aliases are written out, and count as often as they are.
 */
public final class DefinitionReader {
  private static final StreamReadConstraints CONSTRAINTS =
      StreamReadConstraints.builder()
          .maxNestingDepth(2 * DEPTH_MAX)
          .maxStringLength(LENGTH_MAX)
          .build();
  private static final JsonFactory JSON =
      JsonFactory.builder().streamReadConstraints(CONSTRAINTS).build();
  private static final JsonFactory YAML =
      YAMLFactory.builder()
          .loaderOptions(loaderOptions())
          .streamReadConstraints(CONSTRAINTS)
          .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
          .build();

  private final List<Problem> problems = new ArrayList<>();
  private final Map<String, Place> values = new HashMap<>();
  private final Map<String, Place> keys = new HashMap<>();
  private final Map<String, JsonNode> anchors = new HashMap<>();
  private final JsonParser parser;
  private int count;

  private DefinitionReader(JsonParser parser) {
    this.parser = parser;
  }

  /**
   * @param text a YAML document, or a JSON document if it begins with a brace and is one
   * @throws InvalidDefinitionException if the text cannot be read, is too large or too deep, holds
   *     several documents, or has a key twice
   */
  public static DefinitionDocument read(String text) throws InvalidDefinitionException {
    if (text.length() > LENGTH_MAX) {
      throw invalid(Place.UNKNOWN, "a definition has at most " + LENGTH_MAX + " characters");
    }
    return text.stripLeading().startsWith("{") ? readBraces(text) : read(YAML, text);
  }

  /** JSON, or YAML that begins like it. */
  private static DefinitionDocument readBraces(String text) throws InvalidDefinitionException {
    try {
      return read(JSON, text);
    } catch (InvalidDefinitionException asJson) {
      try {
        return read(YAML, text);
      } catch (InvalidDefinitionException _) {
        throw asJson;
      }
    }
  }

  private static DefinitionDocument read(JsonFactory format, String text)
      throws InvalidDefinitionException {
    try (var parser = format.createParser(text)) {
      return new DefinitionReader(parser).document();
    } catch (JsonProcessingException e) {
      throw invalid(SyntaxProblem.place(e), SyntaxProblem.words(e));
    } catch (IOException | RuntimeException e) {
      throw invalid(Place.UNKNOWN, "cannot be read: " + SyntaxProblem.firstLine(e.getMessage()));
    }
  }

  private DefinitionDocument document() throws IOException, InvalidDefinitionException {
    if (parser.nextToken() == null) {
      throw invalid(new Place(1, 1), "expected a workflow definition, found nothing");
    }
    var root = value("", 0);
    if (parser.nextToken() != null) {
      report("", here(), "a file holds one definition, here begins another document");
    }
    if (!problems.isEmpty()) {
      throw new InvalidDefinitionException(problems);
    }
    return new DefinitionDocument(root, values, keys);
  }

  private JsonNode value(String pointer, int depth) throws IOException, InvalidDefinitionException {
    values.put(pointer, here());
    checkBounds(depth);
    if (parser instanceof YAMLParser yaml && isAlias(yaml)) {
      return alias(pointer, depth);
    }
    var anchor = parser instanceof YAMLParser ? parser.getObjectId() : null;
    var value = plainValue(pointer, depth);
    if (anchor != null) {
      anchors.put(anchor.toString(), value);
    }
    return value;
  }

  private void checkBounds(int depth) throws InvalidDefinitionException {
    if (depth > DEPTH_MAX) {
      throw invalid(here(), "a definition is at most " + DEPTH_MAX + " levels deep");
    }
    if (++count > VALUES_MAX) {
      throw invalid(here(), "a definition has at most " + VALUES_MAX + " values");
    }
    if (problems.size() >= PROBLEMS_MAX) {
      throw new InvalidDefinitionException(problems);
    }
  }

  private JsonNode plainValue(String pointer, int depth)
      throws IOException, InvalidDefinitionException {
    return switch (parser.currentToken()) {
      case START_OBJECT -> object(pointer, depth);
      case START_ARRAY -> array(pointer, depth);
      case VALUE_STRING -> JsonNodeFactory.instance.textNode(parser.getText());
      case VALUE_NUMBER_INT -> integer();
      case VALUE_NUMBER_FLOAT -> number(pointer);
      case VALUE_TRUE -> JsonNodeFactory.instance.booleanNode(true);
      case VALUE_FALSE -> JsonNodeFactory.instance.booleanNode(false);
      case VALUE_NULL -> NullNode.instance;
      case VALUE_EMBEDDED_OBJECT, NOT_AVAILABLE, FIELD_NAME, END_OBJECT, END_ARRAY -> {
        report(pointer, here(), "expected text, a number, true, false, null, a list or an object");
        yield NullNode.instance;
      }
    };
  }

  private JsonNode object(String pointer, int depth)
      throws IOException, InvalidDefinitionException {
    var object = JsonNodeFactory.instance.objectNode();
    while (parser.nextToken() == JsonToken.FIELD_NAME) {
      var key = parser.currentName();
      var child = JsonPointers.member(pointer, key);
      if (object.has(key)) {
        report(child, here(), "the key '" + key + "' stands here a second time");
      } else {
        keys.put(child, here());
      }
      parser.nextToken();
      object.set(key, value(child, depth + 1));
    }
    return object;
  }

  private JsonNode array(String pointer, int depth) throws IOException, InvalidDefinitionException {
    var array = JsonNodeFactory.instance.arrayNode();
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      array.add(value(JsonPointers.element(pointer, array.size()), depth + 1));
    }
    return array;
  }

  private JsonNode integer() throws IOException {
    return switch (parser.getNumberType()) {
      case INT -> JsonNodeFactory.instance.numberNode(parser.getIntValue());
      case LONG -> JsonNodeFactory.instance.numberNode(parser.getLongValue());
      case BIG_INTEGER, FLOAT, DOUBLE, BIG_DECIMAL ->
          JsonNodeFactory.instance.numberNode(parser.getBigIntegerValue());
    };
  }

  private JsonNode number(String pointer) throws IOException {
    var number = parser.getDoubleValue();
    if (Double.isNaN(number) || Double.isInfinite(number)) {
      report(pointer, here(), "expected a number that JSON can write, found " + parser.getText());
      return NullNode.instance;
    }
    return JsonNodeFactory.instance.numberNode(number);
  }

  @SuppressWarnings("deprecation") // the parser has no other way to tell an alias from its name
  private static boolean isAlias(YAMLParser parser) throws IOException {
    return parser.isCurrentAlias();
  }

  private JsonNode alias(String pointer, int depth) throws IOException, InvalidDefinitionException {
    var value = anchors.get(parser.getText());
    if (value == null) {
      report(pointer, here(), "there is no anchor &" + parser.getText() + " before this");
      return NullNode.instance;
    }
    return repeat(value, pointer, depth);
  }

  /** The value once more, with this place for all its parts. */
  private JsonNode repeat(JsonNode value, String pointer, int depth)
      throws InvalidDefinitionException {
    checkBounds(depth);
    values.put(pointer, here());
    for (var property : value.properties()) {
      repeat(property.getValue(), JsonPointers.member(pointer, property.getKey()), depth + 1);
    }
    for (var i = 0; value.isArray() && i < value.size(); i++) {
      repeat(value.get(i), JsonPointers.element(pointer, i), depth + 1);
    }
    return value;
  }

  private void report(String pointer, Place place, String message) {
    problems.add(new Problem(Severity.ERROR, pointer, place.line(), place.column(), message, null));
  }

  private Place here() {
    return place(parser.currentTokenLocation());
  }

  static Place place(@Nullable JsonLocation location) {
    return location == null
        ? Place.UNKNOWN
        : new Place(Math.max(0, location.getLineNr()), Math.max(0, location.getColumnNr()));
  }

  private static InvalidDefinitionException invalid(Place place, String message) {
    return new InvalidDefinitionException(
        List.of(new Problem(Severity.ERROR, "", place.line(), place.column(), message, null)));
  }

  private static LoaderOptions loaderOptions() {
    var options = new LoaderOptions();
    options.setCodePointLimit(LENGTH_MAX);
    options.setNestingDepthLimit(2 * DEPTH_MAX);
    return options;
  }
}
