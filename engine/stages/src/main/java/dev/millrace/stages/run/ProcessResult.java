package dev.millrace.stages.run;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import java.util.function.UnaryOperator;

/** How a process ended, and what it wrote, as far as it was kept. */
record ProcessResult(int code, String stdout, String stderr) {

  /**
   * Most characters of what a failed process said that an error repeats: one half of the beginning,
   * one of the end, for some say what is wrong first and some last.
   */
  static final int SHOWN_LENGTH_MAX = 600;

  ProcessResult mapped(UnaryOperator<String> text) {
    return new ProcessResult(code, text.apply(stdout), text.apply(stderr));
  }

  /**
   * The answer a definition asked for. An exit code other than 0 is an error unless it asked for
   * the code.
   *
   * @param outcome {@code stdout}, {@code stderr}, {@code code}, {@code all} or {@code none}
   * @param what was run, for the error
   */
  StageAnswer as(String outcome, String what) {
    return switch (outcome) {
      case "code" -> new Completed(IntNode.valueOf(code));
      case "all" -> new Completed(all());
      case "stderr" -> unlessFailed(TextNode.valueOf(stderr), what);
      case "none" -> unlessFailed(NullNode.instance, what);
      case "stdout" -> unlessFailed(TextNode.valueOf(stdout), what);
      default -> new Refused(Kind.CONFIGURATION.error("nothing returns '" + outcome + "'"));
    };
  }

  private JsonNode all() {
    return JsonNodeFactory.instance
        .objectNode()
        .put("code", code)
        .put("stdout", stdout)
        .put("stderr", stderr);
  }

  private StageAnswer unlessFailed(JsonNode output, String what) {
    return code == 0
        ? new Completed(output)
        : new Refused(Kind.RUNTIME.error(what + " ended with exit code " + code + lastWords()));
  }

  private String lastWords() {
    var text = (stderr.isBlank() ? stdout : stderr).strip().replaceAll("[\\p{Cntrl}\\s]+", " ");
    return text.isEmpty() ? "" : ": " + shown(text);
  }

  private static String shown(String text) {
    var half = SHOWN_LENGTH_MAX / 2;
    return text.length() <= SHOWN_LENGTH_MAX
        ? text
        : text.substring(0, half) + " … " + text.substring(text.length() - half);
  }
}
