package dev.millrace.core.diff;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Why a value of one JSON Schema may not be one of another. Knows types, required members,
 * properties, items, constants and bounds; of any other keyword that differs it assumes the worst.
 */
final class Narrowing {
  private static final Set<String> REMARKS =
      Set.of(
          "$comment",
          "$id",
          "$schema",
          "default",
          "deprecated",
          "description",
          "examples",
          "title");
  private static final Set<String> UNDERSTOOD =
      Set.of("additionalProperties", "enum", "const", "items", "properties", "required", "type");
  private static final Set<String> UPPER =
      Set.of("maximum", "exclusiveMaximum", "maxItems", "maxLength", "maxProperties");
  private static final Set<String> LOWER =
      Set.of("minimum", "exclusiveMinimum", "minItems", "minLength", "minProperties");

  private final List<String> reasons = new ArrayList<>();

  private final boolean newNamesAllowed;

  private Narrowing(boolean newNamesAllowed) {
    this.newNamesAllowed = newNamesAllowed;
  }

  /** Empty when everything that is valid by {@code wide} is valid by {@code narrow}. */
  static List<String> reasons(JsonNode wide, JsonNode narrow) {
    return reasons(new Narrowing(false), wide, narrow);
  }

  /**
   * As {@link #reasons}, but nobody is taken to have used a name that {@code wide} does not know.
   */
  static List<String> reasonsForKnownNames(JsonNode wide, JsonNode narrow) {
    return reasons(new Narrowing(true), wide, narrow);
  }

  private static List<String> reasons(Narrowing narrowing, JsonNode wide, JsonNode narrow) {
    narrowing.compare(wide, narrow, "");
    return narrowing.reasons;
  }

  private void compare(JsonNode wide, JsonNode narrow, String at) {
    if (narrow.equals(wide)
        || narrow.equals(BooleanNode.TRUE)
        || narrow.isEmpty() && narrow.isObject()) {
      return;
    }
    if (wide.equals(BooleanNode.FALSE)) {
      return;
    }
    if (!narrow.isObject()) {
      reasons.add(named(at) + " is not allowed");
      return;
    }
    compareTypes(wide, narrow, at);
    compareRequired(wide, narrow, at);
    compareValues(wide, narrow, at);
    compareProperties(wide, narrow, at);
    if (narrow.has("items")) {
      compare(
          wide.has("items") ? wide.get("items") : BooleanNode.TRUE, narrow.get("items"), at + "[]");
    }
    keywords(wide, narrow).forEach(keyword -> compareKeyword(keyword, wide, narrow, at));
  }

  private void compareTypes(JsonNode wide, JsonNode narrow, String at) {
    if (narrow.has("type")) {
      var lost = words(wide.path("type"));
      var allowed = words(narrow.path("type"));
      if (allowed.contains("number")) {
        lost.remove("integer");
      }
      lost.removeAll(allowed);
      if (!lost.isEmpty() || !wide.has("type")) {
        reasons.add(named(at) + " has to be " + String.join(" or ", allowed));
      }
    }
  }

  private void compareRequired(JsonNode wide, JsonNode narrow, String at) {
    var more = words(narrow.path("required"));
    more.removeAll(words(wide.path("required")));
    more.forEach(name -> reasons.add(named(at + "/" + name) + " is required"));
  }

  private void compareValues(JsonNode wide, JsonNode narrow, String at) {
    var allowed = values(narrow);
    if (!allowed.isEmpty() && (values(wide).isEmpty() || !allowed.containsAll(values(wide)))) {
      reasons.add(named(at) + " has to be one of " + allowed);
    }
  }

  private static Set<JsonNode> values(JsonNode schema) {
    var values = new HashSet<JsonNode>();
    schema.path("enum").forEach(values::add);
    if (schema.has("const")) {
      values.add(schema.get("const"));
    }
    return values;
  }

  private void compareProperties(JsonNode wide, JsonNode narrow, String at) {
    var names = new TreeSet<String>();
    wide.path("properties").fieldNames().forEachRemaining(names::add);
    narrow.path("properties").fieldNames().forEachRemaining(names::add);
    for (var name : names) {
      if (!newNamesAllowed || wide.path("properties").has(name)) {
        compare(property(wide, name), property(narrow, name), at + "/" + name);
      }
    }
    if (narrow.has("additionalProperties")) {
      var others = wide.path("additionalProperties");
      compare(
          others.isMissingNode() ? BooleanNode.TRUE : others,
          narrow.get("additionalProperties"),
          at + "/*");
    }
  }

  private static JsonNode property(JsonNode schema, String name) {
    var known = schema.path("properties").path(name);
    var others = schema.path("additionalProperties");
    return known.isMissingNode() ? others.isMissingNode() ? BooleanNode.TRUE : others : known;
  }

  private static Set<String> keywords(JsonNode wide, JsonNode narrow) {
    var keywords = new TreeSet<String>();
    narrow.fieldNames().forEachRemaining(keywords::add);
    wide.fieldNames().forEachRemaining(keywords::add);
    keywords.removeAll(REMARKS);
    keywords.removeAll(UNDERSTOOD);
    return keywords;
  }

  private void compareKeyword(String keyword, JsonNode wide, JsonNode narrow, String at) {
    var before = wide.path(keyword);
    var now = narrow.path(keyword);
    if (before.equals(now) || isWider(keyword, before, now)) {
      return;
    }
    reasons.add(named(at) + ": " + keyword + " was " + shown(before) + " and is " + shown(now));
  }

  private static boolean isWider(String keyword, JsonNode before, JsonNode now) {
    if (now.isMissingNode()) {
      return UPPER.contains(keyword) || LOWER.contains(keyword) || keyword.equals("pattern");
    }
    var comparable = before.isNumber() && now.isNumber();
    return comparable && UPPER.contains(keyword) && now.asDouble() >= before.asDouble()
        || comparable && LOWER.contains(keyword) && now.asDouble() <= before.asDouble();
  }

  private static TreeSet<String> words(JsonNode textOrList) {
    var words = new TreeSet<String>();
    if (textOrList.isTextual()) {
      words.add(textOrList.textValue());
    }
    textOrList.forEach(each -> words.add(each.asText()));
    return words;
  }

  private static String named(String at) {
    return at.isEmpty() ? "the value" : at;
  }

  private static String shown(JsonNode value) {
    return value.isMissingNode() ? "absent" : value.toString();
  }
}
