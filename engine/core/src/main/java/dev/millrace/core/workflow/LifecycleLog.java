package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.workflow.WorkflowState.Run;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The lifecycle events of one transition, as they are written down. The id of each is made from its
 * place in the journal, so that the same fact is never told under two names.
 */
final class LifecycleLog {
  /** CloudEvents advises 64 KiB for an event; this leaves room for what is around the output. */
  static final int OUTPUT_BYTES_MAX = 48 * 1024;

  /** Of each text of an error. */
  static final int ERROR_CHARS_MAX = 4_096;

  private final Run run;
  private final JournalEntry entry;
  private final String workflow;
  private final List<LifecycleEvent> events = new ArrayList<>();
  private int fact;
  private int ofFact;

  LifecycleLog(Run run, JournalEntry entry) {
    this.run = run;
    this.entry = entry;
    this.workflow =
        run.definition().name() + "-" + run.instanceId() + "." + run.definition().namespace();
  }

  List<LifecycleEvent> events() {
    return List.copyOf(events);
  }

  /** What follows comes from the event at this place of the journal entry. */
  void nextFact(int place) {
    fact = place;
    ofFact = 0;
  }

  static ObjectNode data() {
    return JsonNodeFactory.instance.objectNode();
  }

  /**
   * @param when name of the member that holds the instant
   */
  void ofWorkflow(LifecycleEvent.Type type, String when, Instant at, ObjectNode more) {
    var data = data().put("name", workflow).put(when, at.toString());
    if (run.origin() instanceof Origin.ByParent by) {
      data.put("parent", by.parent().value());
    }
    add(type, at, data.setAll(more));
  }

  /**
   * @param iteration empty outside of loops
   */
  void ofTask(
      LifecycleEvent.Type type,
      String pointer,
      String iteration,
      String when,
      Instant at,
      ObjectNode more) {
    var data = data().put("workflow", workflow).put("task", pointer).put(when, at.toString());
    if (!iteration.isEmpty()) {
      data.put("iteration", iteration);
    }
    add(type, at, data.setAll(more));
  }

  ObjectNode definition() {
    var reference =
        data()
            .put("name", run.definition().name())
            .put("namespace", run.definition().namespace())
            .put("version", run.definition().version());
    var data = data();
    data.set("definition", reference);
    return data;
  }

  /** What came of it, and where it stands for those who do not want it in the event. */
  ObjectNode output(@Nullable JsonNode output) {
    var data = data();
    if (output == null) {
      return data;
    }
    if (JsonWeight.of(output, OUTPUT_BYTES_MAX) <= OUTPUT_BYTES_MAX) {
      data.set("output", output);
    }
    return data.put("outputUri", "urn:millrace:" + place());
  }

  static ObjectNode error(WorkflowError error) {
    var cut =
        new WorkflowError(
            cut(error.type()),
            error.status(),
            cut(error.title()),
            error.detail() == null ? null : cut(error.detail()),
            error.instance() == null ? null : cut(error.instance()));
    var data = data();
    data.set("error", Errors.toJson(cut));
    return data;
  }

  static String cut(String text) {
    return text.length() <= ERROR_CHARS_MAX ? text : text.substring(0, ERROR_CHARS_MAX) + "…";
  }

  private void add(LifecycleEvent.Type type, Instant at, ObjectNode data) {
    var event = data();
    event.put("specversion", "1.0");
    event.put("id", id());
    event.put("source", "/" + run.definition().namespace() + "/" + run.definition().name());
    event.put("type", type.word());
    event.put("subject", run.instanceId().value());
    event.put("time", at.toString());
    event.put("datacontenttype", "application/json");
    event.set("data", data);
    events.add(new LifecycleEvent(type, event));
  }

  /**
   * An id of an instance may be used again when its journal is gone; the start tells them apart.
   */
  private String id() {
    return run.instanceId()
        + "/"
        + run.startedAt().toEpochMilli()
        + "/"
        + entry.sequence()
        + "."
        + fact
        + "."
        + ofFact++;
  }

  /** The fact in the journal. */
  private String place() {
    return run.instanceId() + ":" + entry.sequence() + ":" + fact;
  }
}
