package dev.millrace.core.diff;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.diff.Change.Impact;
import dev.millrace.core.diff.Change.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Everything of a definition but its tasks, and but the schemas of input and output. */
final class PartsDiff {
  /** The parts that say how, not what. */
  private static final Pattern HOW =
      Pattern.compile(
          "/document/(title|summary|tags|metadata)(/.*)?|/timeout(/.*)?|/use/(retries|timeouts)(/.*)?");

  private static final Pattern ELSEWHERE =
      Pattern.compile(
          "/do|/document/(version|namespace|name|dsl)|/(input|output)/schema|/use/(functions|extensions)");

  private final List<Change> changes = new ArrayList<>();

  private PartsDiff() {}

  static List<Change> of(JsonNode old, JsonNode now) {
    var diff = new PartsDiff();
    diff.compare(old, now, "");
    return diff.changes;
  }

  private void compare(JsonNode old, JsonNode now, String pointer) {
    if (old.equals(now) || ELSEWHERE.matcher(pointer).matches()) {
      return;
    }
    if (old.isMissingNode() || now.isMissingNode()) {
      var kind = old.isMissingNode() ? Kind.ADDED : Kind.REMOVED;
      addEach(kind, old.isMissingNode() ? now : old, pointer);
    } else if (old.isObject() && now.isObject()) {
      var names = new TreeSet<String>();
      old.fieldNames().forEachRemaining(names::add);
      now.fieldNames().forEachRemaining(names::add);
      names.forEach(
          name -> compare(old.path(name), now.path(name), JsonPointers.member(pointer, name)));
    } else {
      var detail = Shown.value(old) + " → " + Shown.value(now);
      changes.add(new Change(Kind.CHANGED, impact(pointer), pointer, detail));
    }
  }

  /** Sections are looked into, so that a schema or a function in them is not told twice. */
  private void addEach(Kind kind, JsonNode value, String pointer) {
    if (value.isObject() && isSection(pointer)) {
      value
          .properties()
          .forEach(each -> {
            var place = JsonPointers.member(pointer, each.getKey());
            if (!ELSEWHERE.matcher(place).matches()) {
              addEach(kind, each.getValue(), place);
            }
          });
    } else {
      changes.add(new Change(kind, impact(pointer), pointer, Shown.value(value)));
    }
  }

  private static boolean isSection(String pointer) {
    return pointer.matches("/use|/input|/output|/use/[a-z]+");
  }

  private static Impact impact(String pointer) {
    return HOW.matcher(pointer).matches() ? Impact.PATCH : Impact.MINOR;
  }
}
