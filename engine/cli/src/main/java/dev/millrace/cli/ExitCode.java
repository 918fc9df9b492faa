package dev.millrace.cli;

import dev.millrace.core.workflow.Outcome;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a script learns from how {@code millrace} ends. Released numbers keep their meaning. */
public enum ExitCode {
  OK(0, "done; the workflow completed"),
  WORKFLOW_FAILED(1, "the workflow ended, but not completed: failed or cancelled"),
  USAGE(2, "wrong option, argument or input"),
  INVALID_DEFINITION(3, "the definition has errors"),
  UNANSWERED(4, "demo rag: the documents do not answer the question"),
  UNREACHABLE(5, "no broker answers at the given address"),
  TIMED_OUT(6, "waited as long as told; the workflow goes on"),
  REFUSED(7, "not done as things stand; the message says why"),
  SCENARIO_FAILED(8, "test: a scenario failed"),
  COMPENSATED(9, "the workflow did not complete, and what it had done is undone"),
  COMPENSATION_FAILED(10, "something the workflow had done is not undone; see 'millrace settle'"),
  DEFECT(70, "millrace itself failed; the log has the details");

  private final int code;
  private final String meaning;

  ExitCode(int code, String meaning) {
    this.code = code;
    this.meaning = meaning;
  }

  public int code() {
    return code;
  }

  /** Of a command that has waited for an instance: only what completed is a success. */
  static ExitCode of(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Completed _ -> OK;
      case Outcome.Failed _, Outcome.Cancelled _ -> WORKFLOW_FAILED;
      case Outcome.Compensated _ -> COMPENSATED;
      case Outcome.CompensationFailed _ -> COMPENSATION_FAILED;
    };
  }

  /** For {@code --help}. */
  static Map<String, String> meanings() {
    var meanings = new LinkedHashMap<String, String>();
    for (var exit : values()) {
      meanings.put(" " + exit.code, exit.meaning);
    }
    return meanings;
  }
}
