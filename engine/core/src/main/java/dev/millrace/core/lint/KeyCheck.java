package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.definition.Rule;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Keys that other YAML readers do not take for text, and keys that look like expressions. */
final class KeyCheck {
  private static final Set<String> BOOLEANS = Set.of("on", "off", "yes", "no");

  private final Warnings warnings;
  private final List<String> lines;

  KeyCheck(Warnings warnings, String text) {
    this.warnings = warnings;
    this.lines = text.lines().toList();
  }

  void check(JsonNode root) {
    check(root, "");
  }

  private void check(JsonNode value, String pointer) {
    for (var member : value.properties()) {
      var place = JsonPointers.member(pointer, member.getKey());
      checkKey(member.getKey(), place);
      check(member.getValue(), place);
    }
    for (int i = 0; value.isArray() && i < value.size(); i++) {
      check(value.get(i), JsonPointers.element(pointer, i));
    }
  }

  private void checkKey(String key, String pointer) {
    if (key.contains("${")) {
      warnings.add(Rule.EMBEDDED_EXPRESSION, pointer, "a key is not evaluated: '" + key + "'");
    } else if (BOOLEANS.contains(key.toLowerCase(Locale.ROOT)) && !isQuoted(pointer)) {
      warnings.add(
          Rule.YAML_11_KEY,
          pointer,
          "YAML 1.1 readers take the key '" + key + "' for true or false: put it in quotes");
    }
  }

  private boolean isQuoted(String pointer) {
    var place = warnings.keyPlace(pointer);
    if (place.line() < 1 || place.line() > lines.size()) {
      return true;
    }
    var line = lines.get(place.line() - 1);
    var column = place.column() - 1;
    return column < 0 || column >= line.length() || "'\"".indexOf(line.charAt(column)) >= 0;
  }
}
