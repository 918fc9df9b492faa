package dev.millrace.sagas.rag.validation;

import java.util.TreeSet;
import java.util.stream.Collectors;

/** Every mark leads to a passage that was retrieved, and every quotation stands in its passage. */
public final class CitationCheck implements Check {

  @Override
  public CheckResult check(Evidence evidence) {
    var marks =
        Evidence.MARK
            .matcher(evidence.answer())
            .results()
            .map(mark -> Integer.parseInt(mark.group(1)))
            .collect(Collectors.toCollection(TreeSet::new));
    if (marks.isEmpty()) {
      return new CheckResult("citations", 0, false, "the answer cites nothing");
    }
    var unresolved = marks.stream().filter(mark -> !resolves(evidence, mark)).toList();
    double score = 1 - (double) unresolved.size() / marks.size();
    return unresolved.isEmpty()
        ? new CheckResult("citations", score, true, marks.size() + " resolved")
        : new CheckResult("citations", score, false, "no source stands behind " + unresolved);
  }

  private static boolean resolves(Evidence evidence, int mark) {
    return evidence.citations().stream()
        .filter(citation -> citation.n() == mark)
        .anyMatch(citation ->
            evidence.passages().stream()
                .filter(passage -> passage.id().equals(citation.id()))
                .anyMatch(passage -> passage.text().contains(citation.quote())));
  }
}
