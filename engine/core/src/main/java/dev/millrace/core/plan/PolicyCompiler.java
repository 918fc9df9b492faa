package dev.millrace.core.plan;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.NearestWord;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.CallPolicy.Bulkhead;
import dev.millrace.core.stage.CallPolicy.CircuitBreaker;
import dev.millrace.core.stage.CallPolicy.RateLimit;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** {@code document.metadata.millrace.policies}: bounds of calls, by name. */
final class PolicyCompiler {
  private static final Set<String> BOUNDS = Set.of("bulkhead", "circuitBreaker", "rateLimit");
  private static final Pattern NAME = Pattern.compile("[A-Za-z][A-Za-z0-9_-]{0,62}");
  private static final Duration LEAST = Duration.ofMillis(1);

  private final DurationCompiler durations;
  private final Map<String, @Nullable CallPolicy> policies = new HashMap<>();

  private PolicyCompiler(DurationCompiler durations) {
    this.durations = durations;
  }

  /** Of a document without any. */
  static PolicyCompiler none(DurationCompiler durations) {
    return new PolicyCompiler(durations);
  }

  /**
   * @param id of the definition; null after a problem with it
   */
  static PolicyCompiler of(Source document, @Nullable DefinitionId id, DurationCompiler durations) {
    var compiler = new PolicyCompiler(durations);
    var source = document.present("metadata").present("millrace").member("policies");
    if (source != null && source.requireObject("an object of named policies")) {
      var workflow = id == null ? "" : id.namespace() + "/" + id.name();
      source.members().forEach(each -> compiler.add(each, workflow));
    }
    return compiler;
  }

  private void add(Source source, String workflow) {
    if (!NAME.matcher(source.key()).matches()) {
      source.errorAtKey(
          "the name of a policy is 1 to 63 letters, digits, dashes and underscores, a letter first",
          null);
    }
    policies.put(source.key(), policy(source, workflow));
  }

  /**
   * The policy a task names. A definition without any policies may name one: then only the stage's
   * own bounds hold, and a warning says so.
   */
  @Nullable CallPolicy named(Source reference) {
    var name = reference.text("the name of a policy");
    if (name == null || policies.containsKey(name)) {
      return name == null ? null : policies.get(name);
    }
    if (policies.isEmpty()) {
      reference.warning(
          Rule.NOT_ENFORCED,
          "the definition has no policies, so '"
              + name
              + "' sets no bounds beyond the stage's own");
    } else {
      reference.error("there is no policy '" + name + "'", NearestWord.to(name, policies.keySet()));
    }
    return null;
  }

  private @Nullable CallPolicy policy(Source source, String workflow) {
    if (!source.requireObject("an object with some of " + Source.listed(BOUNDS))) {
      return null;
    }
    source.allow("a policy", BOUNDS, Set.of());
    if (source.names().stream().noneMatch(BOUNDS::contains)) {
      source.errorAtKey("expected at least one of " + Source.listed(BOUNDS), null);
      return null;
    }
    var breaker = bound(source.member("circuitBreaker"), this::breaker);
    var bulkhead = bound(source.member("bulkhead"), this::bulkhead);
    var rate = bound(source.member("rateLimit"), this::rate);
    return breaker == null && bulkhead == null && rate == null
        ? null
        : new CallPolicy(workflow, source.key(), breaker, bulkhead, rate);
  }

  private static <T> @Nullable T bound(
      @Nullable Source source, Function<Source, @Nullable T> compile) {
    return source == null ? null : compile.apply(source);
  }

  private @Nullable CircuitBreaker breaker(Source source) {
    if (!source.requireObject("an object: {failureRatePct, window, openFor}")) {
      return null;
    }
    source.allow("a circuit breaker", Set.of("failureRatePct", "window", "openFor"), Set.of());
    var otherwise = CircuitBreaker.DEFAULT;
    var rate = source.member("failureRatePct");
    var window = source.member("window");
    var openFor = source.member("openFor");
    return new CircuitBreaker(
        rate == null ? otherwise.failureRatePct() : count(rate, 100),
        window == null ? otherwise.window() : count(window, CallPolicy.WINDOW_MAX),
        openFor == null ? otherwise.openFor() : span(openFor));
  }

  private @Nullable Bulkhead bulkhead(Source source) {
    if (!source.requireObject("an object: {max, maxWait}")) {
      return null;
    }
    source.allow("a bulkhead", Set.of("max", "maxWait"), Set.of());
    var max = source.required("max", "how many may be under way at once");
    return max == null
        ? null
        : new Bulkhead(count(max, CallPolicy.PLACES_MAX), wait(source.member("maxWait")));
  }

  private @Nullable RateLimit rate(Source source) {
    if (!source.requireObject("an object: {permits, per, maxWait}")) {
      return null;
    }
    source.allow("a rate limit", Set.of("permits", "per", "maxWait"), Set.of());
    var permits = source.required("permits", "how many may begin in that time");
    var per = source.required("per", "the time in which so many may begin");
    return permits == null || per == null
        ? null
        : new RateLimit(
            count(permits, CallPolicy.PERMITS_MAX), span(per), wait(source.member("maxWait")));
  }

  /** A whole number from 1; 1 after a problem. */
  static int count(Source source, int max) {
    var value = source.value();
    if (value.isIntegralNumber()
        && value.canConvertToInt()
        && value.intValue() >= 1
        && value.intValue() <= max) {
      return value.intValue();
    }
    source.error("expected a whole number from 1 to " + max);
    return 1;
  }

  private Duration span(Source source) {
    return within(source, LEAST, CallPolicy.SPAN_MAX);
  }

  private Duration wait(@Nullable Source source) {
    return source == null
        ? CallPolicy.WAIT_DEFAULT
        : within(source, Duration.ZERO, CallPolicy.WAIT_MAX);
  }

  private Duration within(Source source, Duration min, Duration max) {
    var duration = durations.fixed(source);
    if (duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0) {
      return Duration.ofMillis(duration.toMillis());
    }
    source.error("expected a duration from " + min + " to " + max);
    return max;
  }
}
