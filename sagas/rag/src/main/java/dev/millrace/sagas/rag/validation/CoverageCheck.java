package dev.millrace.sagas.rag.validation;

import dev.millrace.sagas.rag.text.Term;
import dev.millrace.sagas.rag.text.Terms;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What the question is about stands in the answer or its sources: every name, number and identifier
 * of the question, and most of the weight of its other words. It is what tells "what is Redis's
 * default port?" from "what is PostgreSQL's?", which mean nearly the same to an embedding.
 */
public final class CoverageCheck implements Check {
  private static final double COVERAGE_MIN = 0.72;

  /** A word that stands near the quoted sentence only may belong to another thought. */
  private static final double NEARBY = 0.5;

  @Override
  public CheckResult check(Evidence evidence) {
    var terms = evidence.questionTerms();
    var said = said(evidence);
    var nearby = nearby(evidence);
    double covered =
        evidence
            .weights()
            .coverage(
                terms,
                term -> said.contains(term.stem()) ? 1 : nearby.contains(term.stem()) ? NEARBY : 0);
    var missing = missing(evidence);
    var missingNames = missing.stream().filter(Term::specific).toList();
    boolean passed = missingNames.isEmpty() && covered >= COVERAGE_MIN;
    return new CheckResult("coverage", covered, passed, reason(passed, missing));
  }

  /** In the answer, or in the headings of what it cites. */
  private static Set<String> said(Evidence evidence) {
    var said = new HashSet<>(Terms.stemsIn(evidence.prose()));
    for (var passage : evidence.citedPassages()) {
      said.addAll(Terms.stemsIn(passage.title() + "\n" + passage.section()));
    }
    return said;
  }

  private static Set<String> nearby(Evidence evidence) {
    var nearby = new HashSet<String>();
    evidence.citedPassages().forEach(passage -> nearby.addAll(Terms.stemsIn(passage.text())));
    return nearby;
  }

  /** The words of the question that neither the answer nor anything it cites speaks of. */
  static List<Term> missing(Evidence evidence) {
    var known = said(evidence);
    known.addAll(nearby(evidence));
    return evidence.questionTerms().stream().filter(term -> !known.contains(term.stem())).toList();
  }

  private static String reason(boolean passed, List<Term> missing) {
    var words = missing.stream().map(Term::surface).toList();
    if (words.isEmpty()) {
      return passed
          ? "every word of the question is covered"
          : "the answer hardly speaks of what was asked";
    }
    return (passed ? "left open: " : "the sources do not speak of: ") + String.join(", ", words);
  }
}
