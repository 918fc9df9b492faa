package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.unexpected;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.Origin;
import dev.millrace.schema.v1.OriginByParent;
import dev.millrace.schema.v1.OriginBySchedule;
import dev.millrace.schema.v1.OriginSubmitted;

/** Who started an instance. */
final class OriginMapping {
  private OriginMapping() {}

  static Object toAvro(Origin origin) {
    return switch (origin) {
      case Origin.Submitted _ -> new OriginSubmitted();
      case Origin.ByParent it -> toAvro(it);
      case Origin.BySchedule it -> new OriginBySchedule(it.schedule());
    };
  }

  static Origin toOrigin(Object origin) {
    return switch (origin) {
      case OriginSubmitted _ -> new Origin.Submitted();
      case OriginByParent it -> toCore(it);
      case OriginBySchedule it -> new Origin.BySchedule(it.getSchedule());
      default -> throw unexpected(origin);
    };
  }

  static OriginByParent toAvro(Origin.ByParent it) {
    return new OriginByParent(
        it.parent().value(), CommonMapping.toAvro(it.position()), it.isAwaited());
  }

  static Origin.ByParent toCore(OriginByParent it) {
    return new Origin.ByParent(
        new InstanceId(it.getParent()), CommonMapping.toCore(it.getPosition()), it.getIsAwaited());
  }
}
