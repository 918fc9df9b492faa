package dev.millrace.core.expression;

import static dev.millrace.core.expression.ExpressionBounds.PATTERN_LENGTH_MAX;
import static dev.millrace.core.expression.ExpressionBounds.PATTERN_PROGRAM_MAX;
import static dev.millrace.core.expression.ExpressionBounds.WEIGHT_PER_FUEL_READ;
import static java.util.stream.Collectors.toMap;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.exception.JsonQueryTypeException;
import org.jspecify.annotations.Nullable;

/**
 * The two primitives under jq's {@code test}, {@code match}, {@code capture}, {@code scan}, {@code
 * split}, {@code splits}, {@code sub} and {@code gsub}, on a matcher whose time is linear in its
 * input. The price: no back references and no look-around.
 *
 * @see <a href="https://swtch.com/~rsc/regexp/regexp1.html">R. Cox, Regular Expression Matching Can
 *     Be Simple And Fast (2007)</a>
 */
final class RegularExpressions {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  private RegularExpressions() {}

  /** {@code _match_impl(pattern; flags; test)}. */
  static final Function MATCH =
      (scope, arguments, in, _, output, _) ->
          arguments
              .get(2)
              .apply(
                  scope,
                  in,
                  test ->
                      arguments
                          .get(1)
                          .apply(
                              scope,
                              in,
                              flags ->
                                  arguments
                                      .get(0)
                                      .apply(
                                          scope,
                                          in,
                                          pattern ->
                                              output.emit(
                                                  match(in, pattern, flags, test.booleanValue()),
                                                  null))));

  /** {@code _sub_impl(pattern; replacement; flags)}. */
  static final Function SUBSTITUTE =
      (scope, arguments, in, _, output, _) ->
          arguments
              .get(0)
              .apply(
                  scope,
                  in,
                  pattern ->
                      arguments
                          .get(2)
                          .apply(
                              scope,
                              in,
                              flags ->
                                  new Substitution(scope, arguments.get(1), output)
                                      .emit(in, compile(pattern, flags))));

  /**
   * @param global whether all matches are wanted, not only the first
   * @param skipsEmpty whether matches of nothing are left out
   */
  private record Regex(Pattern pattern, boolean global, boolean skipsEmpty) {
    private Matcher matcher(String text) {
      var cost = (long) text.length() * pattern.programSize() / WEIGHT_PER_FUEL_READ;
      Meter.current().burn(1 + cost);
      return pattern.matcher(text);
    }

    /** The names of the groups by their numbers. */
    private Map<Integer, String> names() {
      return pattern.namedGroups().entrySet().stream()
          .collect(toMap(Map.Entry::getValue, Map.Entry::getKey));
    }
  }

  private static JsonNode match(JsonNode in, JsonNode pattern, JsonNode flags, boolean test)
      throws JsonQueryException {
    var regex = compile(pattern, flags);
    var text = text(in);
    var matcher = regex.matcher(text);
    if (test) {
      return BooleanNode.valueOf(matcher.find());
    }
    var matches = JSON.arrayNode();
    while (matcher.find()) {
      if (!(regex.skipsEmpty() && matcher.start() == matcher.end())) {
        Meter.current().burn(1 + matcher.start() / WEIGHT_PER_FUEL_READ);
        matches.add(match(matcher, text, regex));
      }
      if (!regex.global()) {
        break;
      }
    }
    return matches;
  }

  private static ObjectNode match(Matcher matcher, String text, Regex regex) {
    var match = span(matcher, text, 0);
    var names = regex.names();
    ArrayNode captures = match.putArray("captures");
    for (var group = 1; group <= matcher.groupCount(); group++) {
      captures.add(span(matcher, text, group).put("name", names.get(group)));
    }
    return match;
  }

  private static ObjectNode span(Matcher matcher, String text, int group) {
    var start = matcher.start(group);
    return start < 0
        ? JSON.objectNode().put("offset", -1).put("length", 0).putNull("string")
        : JSON.objectNode()
            .put("offset", text.codePointCount(0, start))
            .put("length", text.codePointCount(start, matcher.end(group)))
            .put("string", matcher.group(group));
  }

  /** Replaces matches by what an expression makes of their named groups. */
  private record Substitution(
      net.thisptr.jackson.jq.Scope scope, Expression replacement, PathOutput output) {

    private void emit(JsonNode in, Regex regex) throws JsonQueryException {
      var text = text(in);
      var matcher = regex.matcher(text);
      var results = List.of("");
      var end = 0;
      while (matcher.find()) {
        results = append(results, text.substring(end, matcher.start()), captures(matcher, regex));
        end = matcher.end();
        if (!regex.global()) {
          break;
        }
      }
      for (var result : results) {
        output.emit(TextNode.valueOf(result + text.substring(end)), null);
      }
    }

    private List<String> append(List<String> results, String between, JsonNode captures)
        throws JsonQueryException {
      var replacements = new ArrayList<String>();
      replacement.apply(scope, captures, value -> replacements.add(text(value)));
      var longer = new ArrayList<String>();
      for (var each : replacements) {
        for (var result : results) {
          var length = result.length() + between.length() + each.length();
          Meter.checkLength(length);
          Meter.current().burn(1 + length / WEIGHT_PER_FUEL_READ);
          longer.add(result + between + each);
        }
      }
      return longer;
    }

    private static JsonNode captures(Matcher matcher, Regex regex) {
      var captures = JSON.objectNode();
      regex.names().forEach((group, name) -> captures.put(name, matcher.group(group)));
      return captures;
    }
  }

  private static Regex compile(JsonNode pattern, JsonNode flags) throws JsonQueryException {
    var text = text(pattern);
    if (text.length() > PATTERN_LENGTH_MAX) {
      throw new ExpressionException(
          "uses a regular expression longer than " + PATTERN_LENGTH_MAX + " characters");
    }
    var letters = flags.isNull() ? "" : text(flags);
    var compiled = compile(text, options(letters));
    return new Regex(compiled, letters.indexOf('g') >= 0, letters.indexOf('n') >= 0);
  }

  private static Pattern compile(String text, int options) throws JsonQueryException {
    try {
      var pattern = Pattern.compile(text, options);
      if (pattern.programSize() > PATTERN_PROGRAM_MAX) {
        throw new ExpressionException(
            "uses a regular expression of more than " + PATTERN_PROGRAM_MAX + " steps: " + text);
      }
      return pattern;
    } catch (PatternSyntaxException e) {
      throw new JsonQueryException(text + " is not a regular expression: " + e.getMessage());
    }
  }

  private static int options(String flags) throws JsonQueryException {
    var options = 0;
    for (var flag : flags.toCharArray()) {
      options |=
          switch (flag) {
            case 'i' -> Pattern.CASE_INSENSITIVE;
            case 's', 'p' -> Pattern.DOTALL;
            case 'g', 'n' -> 0;
            default ->
                throw new JsonQueryException(flag + " is not one of the flags g, i, n, p, s");
          };
    }
    return options;
  }

  private static String text(@Nullable JsonNode value) throws JsonQueryException {
    if (value == null || !value.isTextual()) {
      throw new JsonQueryTypeException(
          "%s cannot be matched, as it is not a string", value == null ? NullNode.instance : value);
    }
    return value.textValue();
  }
}
