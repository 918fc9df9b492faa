package dev.millrace.sagas.order;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.stages.ledger.Ledger.Entry;
import java.util.List;
import java.util.Optional;

/** How the three read the ledger, and what they say no with. */
final class Books {
  private static final String ERRORS = "https://millrace.dev/errors/";
  private static final int NUMBER_CHARS = 8;

  private Books() {}

  /** What one function has answered so far. */
  static List<Entry> of(List<Entry> entries, String function) {
    return entries.stream().filter(entry -> entry.function().equals(function)).toList();
  }

  /** The answer that carries a number under a name, e.g. the charge with its {@code chargeId}. */
  static Optional<Entry> find(List<Entry> entries, String function, String name, String number) {
    return of(entries, function).stream()
        .filter(entry -> entry.output().path(name).asText().equals(number))
        .findFirst();
  }

  /** A number for what is done under a key: the same whenever it is asked for. */
  static String number(String prefix, String key) {
    return prefix + key.substring(0, Math.min(NUMBER_CHARS, key.length()));
  }

  static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * @param slug ends the error's type, e.g. {@code card-declined}
   */
  static StageAnswer refused(String slug, int status, String title, String detail) {
    return new StageAnswer.Refused(new WorkflowError(ERRORS + slug, status, title, detail, null));
  }
}
