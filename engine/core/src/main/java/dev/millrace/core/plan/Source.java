package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.NearestWord;
import dev.millrace.core.definition.Rule;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A value of a definition with its place, and the questions a compiler asks of it. Every question
 * that finds no good answer reports why and answers null or empty, so that the next can be asked.
 */
record Source(JsonNode value, String pointer, Findings findings) {

  @Nullable Source member(String name) {
    var child = value.get(name);
    return child == null ? null : new Source(child, JsonPointers.member(pointer, name), findings);
  }

  boolean has(String name) {
    return value.has(name);
  }

  List<String> names() {
    var names = new ArrayList<String>();
    value.fieldNames().forEachRemaining(names::add);
    return names;
  }

  List<Source> members() {
    return names().stream().map(this::present).toList();
  }

  /** The member that {@link #names} just named. */
  Source present(String name) {
    return new Source(value.path(name), JsonPointers.member(pointer, name), findings);
  }

  /** The last part of the pointer as it was written. */
  String key() {
    var last = pointer.substring(pointer.lastIndexOf('/') + 1);
    return last.replace("~1", "/").replace("~0", "~");
  }

  List<Source> elements() {
    var elements = new ArrayList<Source>();
    for (var element : value) {
      elements.add(new Source(element, JsonPointers.element(pointer, elements.size()), findings));
    }
    return elements;
  }

  boolean isText() {
    return value.isTextual();
  }

  boolean isObject() {
    return value.isObject();
  }

  /** Whether this is an object; reports when it is not. */
  boolean requireObject(String what) {
    if (!value.isObject()) {
      error("expected " + what + ", found " + kind());
    }
    return value.isObject();
  }

  /** Whether this is a list with something in it; reports when it is not. */
  boolean requireList(String what) {
    if (!value.isArray() || value.isEmpty()) {
      error("expected " + what + ", found " + (value.isArray() ? "an empty list" : kind()));
    }
    return value.isArray() && !value.isEmpty();
  }

  @Nullable String text(String what) {
    if (!value.isTextual()) {
      var hint = value.isNumber() ? " (put it in quotes)" : "";
      error("expected " + what + ", found " + kind() + hint);
    }
    return value.textValue();
  }

  @Nullable Source required(String name, String what) {
    var child = member(name);
    if (child == null) {
      findings.errorAtKey(pointer, "expected '" + name + "': " + what, null);
    }
    return child;
  }

  /**
   * Reports every key that is not known here.
   *
   * @param what has these keys
   * @param known all there are
   * @param later those the language has and this version does not
   */
  void allow(String what, Set<String> known, Set<String> later) {
    for (var name : names()) {
      var place = JsonPointers.member(pointer, name);
      if (later.contains(name)) {
        findings.unsupportedAtKey(place, "'" + name + "' is not supported yet by this version");
      } else if (!known.contains(name)) {
        findings.errorAtKey(
            place,
            "unknown key '" + name + "'; " + what + " has " + listed(known),
            NearestWord.to(name, known));
      }
    }
  }

  /** One of the words; reports anything else. */
  @Nullable String oneOf(Set<String> words) {
    if (value.isTextual() && words.contains(value.textValue())) {
      return value.textValue();
    }
    findings.error(
        pointer,
        "expected " + listed(words) + ", found " + (value.isTextual() ? value : kind()),
        NearestWord.to(value.asText(), words));
    return null;
  }

  void error(String message) {
    findings.error(pointer, message, null);
  }

  void error(String message, @Nullable String suggestion) {
    findings.error(pointer, message, suggestion);
  }

  void errorAtKey(String message, @Nullable String suggestion) {
    findings.errorAtKey(pointer, message, suggestion);
  }

  /** Reports what the language has and this version does not carry out. */
  void unsupported(String message) {
    findings.unsupported(pointer, message);
  }

  void unsupportedAtKey(String message) {
    findings.unsupportedAtKey(pointer, message);
  }

  void warning(String message) {
    findings.warning(pointer, message);
  }

  void warning(Rule rule, String message) {
    findings.warning(rule, pointer, message);
  }

  void warning(Rule rule, String message, @Nullable String suggestion) {
    findings.warning(rule, pointer, message, suggestion);
  }

  static String listed(Collection<String> words) {
    return String.join(", ", new TreeSet<>(words));
  }

  private String kind() {
    return switch (value.getNodeType()) {
      case OBJECT -> "an object";
      case ARRAY -> "a list";
      case STRING -> "text";
      case NUMBER -> "a number";
      case BOOLEAN -> value.asText();
      case NULL, MISSING -> "nothing";
      case BINARY, POJO -> "something else";
    };
  }
}
