package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.LongNode;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code run.container}. */
record ContainerCompiler(Expressions expressions, ProcessCompiler processes) {
  private static final Set<String> MEMBERS =
      Set.of(
          "image",
          "name",
          "command",
          "arguments",
          "environment",
          "volumes",
          "lifetime",
          "pullPolicy");
  private static final Set<String> LATER = Set.of("ports", "stdin");
  private static final Set<String> CLEANUPS = Set.of("always", "eventually", "never");
  private static final List<String> PULL_POLICIES = List.of("Always", "IfNotPresent", "Never");

  Map<String, Template> container(Source container, Set<String> variables) {
    container.allow("a container", MEMBERS, LATER);
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
    ProcessCompiler.put(
        arguments,
        "environment",
        processes.environment(container.member("environment"), variables));
    ProcessCompiler.put(arguments, "volumes", volumes(container.member("volumes")));
    ProcessCompiler.put(arguments, "lifetime", lifetime(container.member("lifetime")));
    ProcessCompiler.put(
        arguments, "pullPolicy", RunCompiler.word(container.member("pullPolicy"), PULL_POLICIES));
    return arguments;
  }

  /** Claims of volumes by name, and where each is mounted. */
  private static @Nullable Template volumes(@Nullable Source source) {
    if (source == null || !source.requireObject("an object: claim of a volume, and its path")) {
      return null;
    }
    for (var volume : source.members()) {
      var path = volume.text("an absolute path");
      if (volume.key().contains(":") || volume.key().contains("/")) {
        volume.errorAtKey(
            "only claims of persistent volumes, by their name, are supported by this version",
            null);
      } else if (path != null && !path.startsWith("/")) {
        volume.error("expected an absolute path, found '" + path + "'");
      }
    }
    return Template.constant(source.value());
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
