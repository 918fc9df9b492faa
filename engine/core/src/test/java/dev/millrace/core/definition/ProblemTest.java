package dev.millrace.core.definition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.definition.Problem.Severity;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProblemTest {
  private static final Problem MISSPELT =
      new Problem(Severity.ERROR, "/do/0", 3, 5, "unknown word 'cal'", "call");
  private static final Problem NOWHERE =
      new Problem(Severity.UNSUPPORTED, "", 0, 0, "no such thing here", null);

  @Test
  void it_is_worded_as_compilers_do() {
    assertThat(MISSPELT.wording())
        .isEqualTo("3:5: error: unknown word 'cal' (did you mean 'call'?)");
    assertThat(NOWHERE.wording()).isEqualTo("error: no such thing here [unsupported]");
  }

  @Test
  void what_is_in_another_document_names_that() {
    var warning =
        new Problem(Severity.WARNING, "/a", 7, 0, "old", null, null, "https://a.example/f.yaml");
    assertThat(warning.wording()).isEqualTo("https://a.example/f.yaml:7: warning: old");
  }

  @Test
  void a_refusal_says_every_problem_and_no_record() {
    assertThat(new InvalidDefinitionException(List.of(MISSPELT, NOWHERE)))
        .hasMessage(MISSPELT.wording() + "\n" + NOWHERE.wording());
  }
}
