package dev.millrace.sagas.rag.validation;

import dev.millrace.llm.text.Embedder;
import dev.millrace.sagas.rag.text.Term;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Puts every check to an answer. One that fails is enough: a wrong answer costs more than none. */
public final class Validator {
  private final List<Check> checks;

  public Validator(List<Check> checks) {
    this.checks = List.copyOf(checks);
  }

  /** With all the checks of this package. */
  public static Validator standard(Embedder embedder) {
    return new Validator(
        List.of(
            new LengthCheck(),
            new CitationCheck(),
            new GroundingCheck(embedder),
            new RelevanceCheck(embedder),
            new CoverageCheck(),
            new InjectionCheck()));
  }

  public Verdict validate(Evidence evidence) {
    var results =
        evidence.prose().isEmpty()
            ? List.of(noAnswer(evidence))
            : checks.stream().map(check -> check.check(evidence)).toList();
    boolean grounded = results.stream().allMatch(CheckResult::passed);
    double score = results.stream().mapToDouble(CheckResult::score).min().orElse(0);
    return new Verdict(
        grounded, score, results, feedback(results), grounded ? null : rewrittenQuery(evidence));
  }

  /** The generator found no support: there is nothing to check, and nothing to complain about. */
  private static CheckResult noAnswer(Evidence evidence) {
    var reason =
        evidence.passages().isEmpty()
            ? "nothing was found for the question"
            : "none of the " + evidence.passages().size() + " passages found answers the question";
    return new CheckResult("support", 0, false, reason);
  }

  private static String feedback(List<CheckResult> results) {
    return results.stream()
        .filter(result -> !result.passed())
        .map(result -> result.name() + ": " + result.reason())
        .collect(Collectors.joining("; "));
  }

  /** The question again, with what no source spoke of said twice; null when nothing is missing. */
  private static @Nullable String rewrittenQuery(Evidence evidence) {
    var missing = CoverageCheck.missing(evidence);
    if (missing.isEmpty() || evidence.citations().isEmpty()) {
      return null;
    }
    return evidence.question()
        + " "
        + missing.stream().map(Term::surface).collect(Collectors.joining(" "));
  }
}
