package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.expression.Template;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code run: workflow}: the run of another workflow. */
record WorkflowRunCompiler(Expressions expressions) {
  private static final String LATEST = "latest";

  TaskPlan compile(Source task, TaskCommon common, Placement at) {
    var run = task.present("run");
    run.allow("run: workflow", Set.of("workflow", "await"), Set.of("return"));
    var workflow = run.present("workflow");
    var reference =
        workflow.requireObject("an object: {namespace, name, version, input}")
            ? reference(workflow)
            : null;
    if (reference == null) {
      return at.nothing(common.name(), common.definition());
    }
    var isAwaited = isAwaited(run.member("await"));
    var input = workflow.member("input");
    var child = task.present("metadata").present("millrace").member("child");
    return new TaskPlan.RunWorkflow(
        common,
        reference,
        input == null
            ? Template.constant(JsonNodeFactory.instance.objectNode())
            : expressions.template(input, at.names().inside()),
        isAwaited,
        childId(child, at),
        isCancelledWithParent(child, isAwaited));
  }

  private static @Nullable DefinitionRef reference(Source workflow) {
    workflow.allow("a workflow", Set.of("namespace", "name", "version", "input"), Set.of());
    var namespace = text(workflow.required("namespace", "the namespace of the workflow"));
    var name = text(workflow.required("name", "the name of the workflow"));
    var version = text(workflow.member("version"));
    if (namespace == null || name == null) {
      return null;
    }
    try {
      var any = version == null || version.equals(LATEST);
      return DefinitionRef.parse(namespace + "/" + name + (any ? "" : ":" + version));
    } catch (IllegalArgumentException e) {
      workflow.error(String.valueOf(e.getMessage()));
      return null;
    }
  }

  private static @Nullable String text(@Nullable Source source) {
    return source == null ? null : source.text("text");
  }

  private static boolean isAwaited(@Nullable Source await) {
    if (await != null && !await.value().isBoolean()) {
      await.error("expected true or false");
    }
    return await == null || await.value().booleanValue();
  }

  private @Nullable Template childId(@Nullable Source child, Placement at) {
    var id = child == null ? null : child.member("id");
    return id == null ? null : expressions.template(id, at.names().inside());
  }

  /** A run that is waited for ends with its task, one that is not goes its own way. */
  private static boolean isCancelledWithParent(@Nullable Source child, boolean isAwaited) {
    var word = child == null ? null : child.member("onParentEnd");
    var chosen = word == null ? null : word.oneOf(Set.of("cancel", "detach"));
    return chosen == null ? isAwaited : chosen.equals("cancel");
  }
}
