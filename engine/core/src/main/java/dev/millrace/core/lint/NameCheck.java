package dev.millrace.core.lint;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.definition.Rule;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Names under {@code use}, and of policies, that stand nowhere else. A name counts as used wherever
 * a text equals it, or, for a secret or catalog, contains it: rather too little is said than
 * something wrong.
 */
record NameCheck(Warnings warnings) {
  private static final String SECRETS = "$secrets";
  private static final Map<String, String> SECTIONS =
      Map.of(
          "authentications", "authentication",
          "catalogs", "catalog",
          "errors", "error",
          "functions", "function",
          "retries", "retry policy",
          "timeouts", "timeout");

  void check(JsonNode root, Tasks tasks) {
    var texts = new HashSet<String>();
    collect(root, texts);
    SECTIONS.forEach((section, what) ->
        root.path("use")
            .path(section)
            .fieldNames()
            .forEachRemaining(name -> check(section, what, name, texts)));
    var secrets = root.path("use").path("secrets");
    for (int i = 0; i < secrets.size(); i++) {
      checkSecret(secrets.get(i).asText(), i, root);
    }
    checkPolicies(root, tasks);
  }

  private void checkPolicies(JsonNode root, Tasks tasks) {
    var policies = "/document/metadata/millrace/policies";
    var used =
        tasks.all().stream()
            .map(task -> task.profile().path("policy").asText())
            .collect(Collectors.toSet());
    root.at(policies)
        .fieldNames()
        .forEachRemaining(name -> {
          if (!used.contains(name)) {
            warn(JsonPointers.member(policies, name), "policy", name);
          }
        });
  }

  private void check(String section, String what, String name, Set<String> texts) {
    var isCatalog = section.equals("catalogs");
    var used =
        isCatalog
            ? texts.stream().anyMatch(text -> text.endsWith("@" + name))
            : texts.contains(name);
    if (!used) {
      warn(JsonPointers.member("/use/" + section, name), what, name);
    }
  }

  /** {@code $secrets.name}, {@code $secrets["name"]} and {@code use: name} are uses. */
  private void checkSecret(String name, int index, JsonNode root) {
    var texts = new HashSet<String>();
    for (var member : root.properties()) {
      if (!member.getKey().equals("use")) {
        collect(member.getValue(), texts);
      }
    }
    for (var section : root.path("use").properties()) {
      if (!section.getKey().equals("secrets")) {
        collect(section.getValue(), texts);
      }
    }
    var named = Pattern.compile("\\b" + Pattern.quote(name) + "\\b");
    var used =
        texts.stream()
            .anyMatch(text ->
                text.equals(name)
                    || text.contains(SECRETS) && named.matcher(text.replace(SECRETS, "")).find());
    if (!used) {
      warn(JsonPointers.element("/use/secrets", index), "secret", name);
    }
  }

  private void warn(String pointer, String what, String name) {
    warnings.add(Rule.UNUSED, pointer, "the " + what + " '" + name + "' is used nowhere");
  }

  private static void collect(JsonNode value, Set<String> texts) {
    if (value.isTextual()) {
      texts.add(value.textValue());
    }
    value.forEach(child -> collect(child, texts));
  }
}
