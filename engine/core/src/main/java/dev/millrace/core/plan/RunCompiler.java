package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.StageName;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * {@code run} of a shell command, a script or a container: work for the stage {@code run}, with
 * functions {@code run.shell}, {@code run.script} and {@code run.container}.
 */
final class RunCompiler {
  /** Of the functions' names; only this compiler makes their arguments. */
  static final String PREFIX = "run.";

  private static final StageName STAGE = new StageName("run");
  private static final Set<String> OPTIONS = Set.of("await", "return");
  private static final Set<String> PROCESSES = Set.of("container", "script", "shell");
  private static final String WORKFLOW = "workflow";
  private static final Set<String> RETURNS = Set.of("all", "code", "none", "stderr", "stdout");
  private static final String DEFAULT_RETURN = "stdout";

  private final CallCompiler calls;
  private final FunctionCatalog catalog;
  private final ProcessCompiler processes;
  private final ContainerCompiler containers;
  private final WorkflowRunCompiler workflows;

  RunCompiler(
      Expressions expressions,
      FunctionCatalog catalog,
      CallCompiler calls,
      WorkflowRunCompiler workflows) {
    this.workflows = workflows;
    this.calls = calls;
    this.catalog = catalog;
    this.processes = new ProcessCompiler(expressions, calls.endpoints());
    this.containers = new ContainerCompiler(expressions, processes);
  }

  TaskPlan compile(Source source, TaskCommon common, Placement at) {
    var run = source.present("run");
    if (run.isObject() && run.has(WORKFLOW)) {
      return workflows.compile(source, common, at);
    }
    var process = run.requireObject("an object with one of shell, script") ? process(run) : null;
    if (process == null) {
      return at.nothing(common.name(), common.definition());
    }
    var isAwaited = isAwaited(source);
    var function = PREFIX + process.key();
    catalog
        .whyUnavailable(function)
        .ifPresent(reason ->
            process.unsupportedAtKey("'run: " + process.key() + "' cannot run here: " + reason));
    var arguments = new LinkedHashMap<>(arguments(process, at.names().outgoing()));
    arguments.put("return", outcome(run.member("return"), process.key().equals("container")));
    var call = calls.call(source, STAGE, function, ObjectTemplate.of(arguments), common, at);
    return isAwaited ? call : call.notAwaited();
  }

  /** The one thing to run; null after a problem. */
  private static @Nullable Source process(Source run) {
    var known = new HashSet<>(PROCESSES);
    known.addAll(OPTIONS);
    known.add(WORKFLOW);
    run.allow("run", known, Set.of());
    var processes = new ArrayList<>(run.names());
    processes.retainAll(PROCESSES);
    if (processes.size() != 1) {
      run.error("expected one of " + Source.listed(PROCESSES) + ", " + WORKFLOW);
      return null;
    }
    var process = run.present(processes.getFirst());
    return process.requireObject("an object") ? process : null;
  }

  /** What nobody waits for has no end that could be undone. */
  private static boolean isAwaited(Source task) {
    var await = task.present("run").member("await");
    if (await == null) {
      return true;
    }
    if (!await.value().isBoolean()) {
      await.error("expected true or false");
      return true;
    }
    var compensation = task.present("metadata").present("millrace").member("compensation");
    if (!await.value().booleanValue() && compensation != null) {
      compensation.errorAtKey(
          "with 'await: false' nobody knows whether there is something to compensate", null);
    }
    return await.value().booleanValue();
  }

  private Map<String, Template> arguments(Source process, Set<String> variables) {
    return switch (process.key()) {
      case "shell" -> processes.shell(process, variables);
      case "script" -> processes.script(process, variables);
      case "container" -> containers.container(process, variables);
      default -> throw new IllegalStateException("no compiler for run: " + process.key());
    };
  }

  private static Template outcome(@Nullable Source source, boolean isContainer) {
    var word = source == null ? DEFAULT_RETURN : source.oneOf(RETURNS);
    if (source != null && isContainer && "stderr".equals(word)) {
      source.unsupported(
          "the log of a container is one, of stdout and stderr: return stdout or all");
    }
    return text(word == null ? DEFAULT_RETURN : word);
  }

  static Template text(String text) {
    return Template.constant(TextNode.valueOf(text));
  }

  static Template flag(boolean flag) {
    return Template.constant(BooleanNode.valueOf(flag));
  }

  /** Text that is one of the words, whatever its case, as the language's own examples have it. */
  static @Nullable Template word(@Nullable Source source, List<String> words) {
    var text = source == null ? null : source.text(String.join(", ", words));
    if (source == null || text == null) {
      return null;
    }
    var word = words.stream().filter(text::equalsIgnoreCase).findFirst();
    if (word.isEmpty()) {
      source.oneOf(Set.copyOf(words));
    }
    return word.map(RunCompiler::text).orElse(null);
  }
}
