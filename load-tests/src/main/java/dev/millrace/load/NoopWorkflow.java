package dev.millrace.load;

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

  static StageSpec stage() {
    return StageSpec.of("noop", request -> new StageAnswer.Completed(request.arguments()));
  }
}
