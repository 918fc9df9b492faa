package dev.millrace.load;

import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.stages.StageSpec;

/** Three tasks that do nothing, one after the other: what is left is the engine itself. */
final class NoopWorkflow {
  static final String NAME = "load/noop";

  static final String DEFINITION =
      """
      document: { dsl: '1.0.3', namespace: load, name: noop, version: '1.0.0' }
      do:
        - one: { call: 'noop:1.0.0@default', with: { payload: '${ .payload }' } }
        - two: { call: 'noop:1.0.0@default', with: { payload: '${ .payload }' } }
        - three: { call: 'noop:1.0.0@default', with: { payload: '${ .payload }' } }
      """;

  private NoopWorkflow() {}

  static String name(LifecycleLevel level) {
    return NAME + "-" + level.word();
  }

  /** The same, telling of its lifecycle what {@code level} says. */
  static String definition(LifecycleLevel level) {
    return DEFINITION.replace(
        "name: noop, version: '1.0.0' }",
        "name: noop-%s, version: '1.0.0', metadata: { millrace: { lifecycle: %s } } }"
            .formatted(level.word(), level.word()));
  }

  static StageSpec stage() {
    return StageSpec.of("noop", request -> new StageAnswer.Completed(request.arguments()));
  }
}
