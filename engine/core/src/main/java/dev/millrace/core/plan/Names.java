package dev.millrace.core.plan;

import java.util.HashSet;
import java.util.Set;

/**
 * Which variables an expression can use, by where it stands.
 *
 * @param inner those of the loops and handlers around it
 * @see <a href="https://github.com/serverlessworkflow/specification/blob/v1.0.3/dsl.md">DSL 1.0.3,
 *     runtime expression arguments</a>
 */
record Names(Set<String> inner) {
  private static final Set<String> EVERYWHERE = Set.of("context", "task", "workflow", "runtime");

  /** Those a loop or handler must not take. */
  static final Set<String> RESERVED =
      Set.of(
          "context", "task", "workflow", "runtime", "input", "output", "secrets", "authorization");

  static final Set<String> OF_WORKFLOW_INPUT = Set.of("workflow", "runtime");
  static final Set<String> OF_WORKFLOW_OUTPUT = Set.of("context", "input", "workflow", "runtime");
  static final Names OUTERMOST = new Names(Set.of());

  Names with(String... more) {
    return new Names(union(inner, Set.of(more)));
  }

  /** In {@code if} and {@code input.from}, where the input is not yet transformed. */
  Set<String> before() {
    return union(EVERYWHERE, inner);
  }

  /** In the task itself and in {@code output.as}. */
  Set<String> inside() {
    return union(before(), Set.of("input"));
  }

  /** In {@code export.as}. */
  Set<String> after() {
    return union(inside(), Set.of("output"));
  }

  /** In the arguments of a call that leave to a stage: only there secrets may be used. */
  Set<String> outgoing() {
    return union(inside(), Set.of("secrets"));
  }

  static Set<String> union(Set<String> some, String... more) {
    return union(some, Set.of(more));
  }

  private static Set<String> union(Set<String> some, Set<String> more) {
    var all = new HashSet<>(some);
    all.addAll(more);
    return Set.copyOf(all);
  }
}
