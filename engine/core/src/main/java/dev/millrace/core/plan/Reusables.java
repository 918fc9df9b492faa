package dev.millrace.core.plan;

import static java.util.stream.Collectors.toMap;

import dev.millrace.core.NearestWord;
import dev.millrace.core.expression.Template;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What the {@code use} section defines, compiled once. */
record Reusables(
    Map<String, Template> errors,
    Map<String, RetryPlan> retries,
    Map<String, DurationPlan> timeouts,
    Map<String, Template> authentications,
    Map<String, Source> functions,
    List<Source> extensions) {
  private static final Set<String> SECTIONS =
      Set.of(
          "authentications",
          "catalogs",
          "errors",
          "extensions",
          "functions",
          "retries",
          "secrets",
          "timeouts");

  /** Of a document that has no {@code use}: a function in a file of its own. */
  static final Reusables NONE =
      new Reusables(Map.of(), Map.of(), Map.of(), Map.of(), Map.of(), List.of());

  static Reusables compile(
      @Nullable Source use,
      ErrorCompiler errors,
      RetryCompiler retries,
      DurationCompiler durations,
      AuthenticationCompiler authentications) {
    if (use == null || !use.requireObject("an object with " + Source.listed(SECTIONS))) {
      return NONE;
    }
    use.allow("use", SECTIONS, Set.of());
    var inside = Names.OUTERMOST.inside();
    var handling = Names.OUTERMOST.with("error").inside();
    return new Reusables(
        section(use, "errors", each -> errors.error(each, inside)),
        section(use, "retries", each -> retries.compile(each, handling)),
        section(use, "timeouts", each -> timeout(each, durations)),
        section(use, "authentications", authentications::reusable),
        section(use, "functions", each -> each),
        ExtensionCompiler.listed(use.member("extensions")));
  }

  private static <T> Map<String, T> section(Source use, String name, Function<Source, T> compile) {
    var section = use.member(name);
    return section == null || !section.requireObject("an object of named " + name)
        ? Map.of()
        : section.members().stream().collect(toMap(Source::key, compile));
  }

  /** A timeout written down: {@code {after: duration}}. */
  static DurationPlan timeout(Source source, DurationCompiler durations) {
    if (source.requireObject("a timeout: {after: duration}")) {
      source.allow("a timeout", Set.of("after"), Set.of());
      var after = source.required("after", "a duration");
      if (after != null) {
        return durations.compile(after, Names.OUTERMOST.inside());
      }
    }
    return new DurationPlan.Fixed(java.time.Duration.ZERO);
  }

  /** The named one; reports a name that is not there. */
  static <T> @Nullable T named(Source reference, Map<String, T> section, String what) {
    var name = reference.value().asText();
    var found = section.get(name);
    if (found == null) {
      reference.error(
          "there is no " + what + " '" + name + "'", NearestWord.to(name, section.keySet()));
    }
    return found;
  }
}
