package dev.millrace.topology;

import dev.millrace.core.coordination.EventRoutes;
import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Lifecycle;
import dev.millrace.core.workflow.LifecycleEvent;
import dev.millrace.core.workflow.Origin.ByParent;
import dev.millrace.core.workflow.WorkflowEvent.WorkflowStarted;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.wire.CloudEventRecords;
import dev.millrace.wire.Codecs;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lifecycle events on their way out: to the topic of their own as far as the definition or the
 * engine wants them told, and to the topic of all events where a definition may listen for them.
 */
final class LifecycleRecords {
  private static final Logger LOG = LoggerFactory.getLogger(LifecycleRecords.class);

  private final Codecs codecs;
  private final TopologySettings settings;
  private final Supplier<EventRoutes> routes;

  /**
   * @param routes by the definitions as they are
   */
  LifecycleRecords(Codecs codecs, TopologySettings settings, Supplier<EventRoutes> routes) {
    this.codecs = codecs;
    this.settings = settings;
    this.routes = routes;
  }

  /** Nothing that is told of a run may be the reason that it fails. */
  List<Emission> of(Plan plan, WorkflowState before, JournalEntry entry) {
    try {
      return told(plan, before, entry);
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("instance {}: the engine failed to tell of it", entry.instanceId(), e);
      return List.of();
    }
  }

  private List<Emission> told(Plan plan, WorkflowState before, JournalEntry entry) {
    var said = plan.profile().lifecycle();
    var level = said == null ? settings.lifecycle() : said;
    var known = routes.get();
    var isDetached = isDetachedChild(before, entry);
    var needed = level.or(known.heard()).or(isDetached ? LifecycleLevel.WORKFLOW : level);
    if (needed == LifecycleLevel.NONE) {
      return List.of();
    }
    var emissions = new ArrayList<Emission>();
    for (var event : Lifecycle.of(plan, before, entry, needed)) {
      if (level.includes(event.type().level())) {
        emissions.add(emission(entry, event, WorkflowTopology.LIFECYCLE, lifecycleTopic()));
      }
      if (known.hears(event.type()) || (isDetached && event.type().isEnd())) {
        emissions.add(emission(entry, event, WorkflowTopology.EMITTED, codecs.topics().events()));
      }
    }
    return emissions;
  }

  private String lifecycleTopic() {
    return codecs.topics().lifecycle();
  }

  /**
   * Its parent may listen for its end although this engine has not heard of the parent's definition
   * yet; the door for events waits for it, see {@link HeldEvents}.
   */
  private static boolean isDetachedChild(WorkflowState before, JournalEntry entry) {
    var origin =
        switch (before) {
          case WorkflowState.Running running -> running.run().origin();
          case WorkflowState.NotStarted _
              when entry.events().getFirst() instanceof WorkflowStarted started ->
              started.origin();
          case WorkflowState.NotStarted _, WorkflowState.Finished _ -> null;
        };
    return origin instanceof ByParent by && !by.isAwaited();
  }

  private Emission emission(JournalEntry entry, LifecycleEvent event, String sink, String topic) {
    return new Emission(
        sink,
        Transitions.key(entry.instanceId()),
        new Outgoing(topic, value(event)),
        CloudEventRecords.headers());
  }

  /** What does not fit is left out. */
  private byte[] value(LifecycleEvent event) {
    try {
      var value = CloudEventRecords.value(event.event());
      if (value.length <= settings.recordBytesMax() - CloudEventRecords.ENVELOPE_BYTES) {
        return value;
      }
    } catch (IllegalArgumentException _) {
      // Nested as deep as a record may be, and the event is around it.
    }
    return CloudEventRecords.value(event.bare().event());
  }
}
