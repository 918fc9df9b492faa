package dev.millrace.sagas.rag.validation;

import dev.millrace.sagas.rag.index.FoundPassage;
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
  private static final double COVERAGE_MIN = 0.6;

  @Override
  public CheckResult check(Evidence evidence) {
    var terms = evidence.questionTerms();
    var said = said(evidence);
    var missing = missing(terms, said);
    double covered = evidence.weights().coverage(terms, said);
    var missingNames = missing.stream().filter(Term::specific).toList();
    boolean passed = missingNames.isEmpty() && covered >= COVERAGE_MIN;
    return new CheckResult("coverage", covered, passed, reason(passed, missing));
  }

  static Set<String> said(Evidence evidence) {
    var said = new HashSet<>(Terms.stemsIn(evidence.prose()));
    evidence.citedPassages().stream()
        .map(FoundPassage::withHeadings)
        .forEach(text -> said.addAll(Terms.stemsIn(text)));
    return said;
  }

  static List<Term> missing(List<Term> terms, Set<String> said) {
    return terms.stream().filter(term -> !said.contains(term.stem())).toList();
  }

  private static String reason(boolean passed, List<Term> missing) {
    var words = missing.stream().map(Term::surface).toList();
    if (words.isEmpty()) {
      return "every word of the question is covered";
    }
    return (passed ? "left open: " : "the sources do not speak of: ") + String.join(", ", words);
  }
}
