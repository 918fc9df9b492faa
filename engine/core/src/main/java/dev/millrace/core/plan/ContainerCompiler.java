package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.LongNode;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code run.container}. A job can be read by whoever may look at the cluster, so
 * that secrets are for its environment and its standard input only, which do not stand in it.
 */
record ContainerCompiler(Expressions expressions, ProcessCompiler processes) {
  private static final Set<String> MEMBERS =
      Set.of(
          "image",
          "name",
          "command",
          "arguments",
          "environment",
          "ports",
          "stdin",
          "volumes",
          "lifetime",
          "pullPolicy");

  /** What stands in the job itself. */
  private static final List<String> PUBLIC = List.of("image", "name", "command", "arguments");

  private static final Set<String> CLEANUPS = Set.of("always", "eventually", "never");

  /** A claim, or what a job can mount besides; names as Kubernetes has them. */
  private static final Pattern VOLUME =
      Pattern.compile("(configMap:|emptyDir:)?[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?");

  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

  Map<String, Template> container(Source container, Set<String> variables) {
    container.allow("a container", MEMBERS, Set.of());
    refusePorts(container.member("ports"));
    Map<String, Template> arguments = new LinkedHashMap<>();
    var image = container.required("image", "the image to run");
    if (image != null && image.text("the name of an image") != null) {
      arguments.put("image", expressions.template(image, variables));
    }
    var name = container.member("name");
    ProcessCompiler.put(
        arguments, "name", name == null ? null : expressions.template(name, variables));
    processes.putCommand(
        arguments, container.member("command"), container.has("arguments"), variables);
    ProcessCompiler.put(
        arguments, "arguments", processes.words(container.member("arguments"), variables));
    processes.putSurroundings(arguments, container, variables);
    requireReader(container);
    ProcessCompiler.put(arguments, "volumes", volumes(container.member("volumes")));
    ProcessCompiler.put(arguments, "lifetime", lifetime(container.member("lifetime")));
    ProcessCompiler.put(
        arguments, "pullPolicy", RunCompiler.word(container.member("pullPolicy"), PULL_POLICIES));
    refuseSecrets(container, arguments);
    return arguments;
  }

  private static void refuseSecrets(Source container, Map<String, Template> arguments) {
    for (var name : PUBLIC) {
      var template = arguments.get(name);
      if (template != null && !template.secretPointers().isEmpty()) {
        container
            .present(name)
            .errorAtKey(
                "'%s' stands in the job, where others read it; give secrets in 'environment' or"
                        .formatted(name)
                    + " 'stdin'",
                null);
      }
    }
  }

  private static void refusePorts(@Nullable Source ports) {
    if (ports != null) {
      ports.unsupportedAtKey(
          "a job has no address: its pod runs on any node and ends with its work, so that no port"
              + " of it can be reached; what serves is deployed beside the workflow");
    }
  }

  /** The command reads it, because nobody could write to the container of a job. */
  private static void requireReader(Source container) {
    var stdin = container.member("stdin");
    if (stdin != null && !container.has("command")) {
      stdin.unsupportedAtKey(
          "a job has no standard input; 'stdin' is handed to 'command', and there is none");
    }
  }

  /** Volumes by name, and where each is mounted. */
  private static @Nullable Template volumes(@Nullable Source source) {
    if (source == null || !source.requireObject("an object: name of a volume, and its path")) {
      return null;
    }
    for (var volume : source.members()) {
      var path = volume.text("an absolute path");
      if (!VOLUME.matcher(volume.key()).matches()) {
        volume.unsupportedAtKey(whyNot(volume.key()));
      } else if (path != null && !path.startsWith("/")) {
        volume.error("expected an absolute path, found '" + path + "'");
      }
    }
    return Template.constant(source.value());
  }

  private static String whyNot(String volume) {
    return switch (volume) {
      case String it when it.startsWith("/") || it.startsWith(".") ->
          "folders of a node are not mounted: a job runs on any node, and they are not its own; use"
              + " the name of a claim";
      case String it when it.startsWith("secret:") ->
          "secrets of the cluster are not mounted: whoever may deploy a definition could read them"
              + " all";
      case String it when it.startsWith("artifact:") ->
          "volumes of artifacts are not supported yet by this version";
      default ->
          "expected the name of a persistent volume's claim, 'configMap:NAME' or 'emptyDir:NAME'";
    };
  }

  private @Nullable Template lifetime(@Nullable Source source) {
    if (source == null || !source.requireObject("an object: {cleanup, after}")) {
      return null;
    }
    source.allow("a lifetime", Set.of("cleanup", "after"), Set.of());
    var cleanup = source.required("cleanup", Source.listed(CLEANUPS));
    var word = cleanup == null ? null : cleanup.oneOf(CLEANUPS);
    var after = source.member("after");
    if ("eventually".equals(word) == (after == null)) {
      source.error("'after' goes with 'cleanup: eventually', and only with it");
    }
    Map<String, Template> lifetime = new LinkedHashMap<>();
    ProcessCompiler.put(lifetime, "cleanup", word == null ? null : RunCompiler.text(word));
    ProcessCompiler.put(lifetime, "afterSeconds", after == null ? null : seconds(after));
    return ObjectTemplate.of(lifetime);
  }

  private @Nullable Template seconds(Source after) {
    if (new DurationCompiler(expressions).compile(after, Set.of())
        instanceof DurationPlan.Fixed(var duration)) {
      return Template.constant(LongNode.valueOf(duration.toSeconds()));
    }
    after.error("expected a duration, not an expression");
    return null;
  }
}
