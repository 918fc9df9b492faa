package dev.millrace.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.coordination.EventRoutes;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.plan.Block;
import dev.millrace.core.plan.Plan;
import dev.millrace.core.plan.Transform;
import dev.millrace.core.plan.WorkflowProfile;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.Cancel;
import dev.millrace.core.workflow.WorkflowCommand.Start;
import dev.millrace.core.workflow.WorkflowCommand.UndoChild;
import dev.millrace.core.workflow.WorkflowState;
import dev.millrace.core.workflow.WorkflowState.Finished;
import dev.millrace.core.workflow.WorkflowState.NotStarted;
import dev.millrace.core.workflow.WorkflowState.Running;
import dev.millrace.wire.Codec;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.UndecodableException;
import java.lang.module.ModuleDescriptor.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.ReadOnlyKeyValueStore;
import org.jspecify.annotations.Nullable;

/** Finds the plan a command needs among the deployed definitions. */
final class Plans {
  /**
   * For commands no rule asks a plan about: whatever comes to an instance that has ended or never
   * begun, a start that is repeated, and a cancel where the plan is the trouble.
   */
  private static final Plan UNUSED =
      new Plan(
          new DefinitionId("none", "none", "0.0.0"),
          "",
          NullNode.getInstance(),
          Transform.NONE,
          Transform.NONE,
          null,
          new Block(List.of()),
          Map.of(),
          WorkflowProfile.NONE);

  private final ReadOnlyKeyValueStore<Bytes, byte[]> definitions;
  private final Codec<DeployedDefinition> codec;
  private final PlanLoader loader;
  private final Cache cache;

  Plans(
      ReadOnlyKeyValueStore<Bytes, byte[]> definitions,
      Codec<DeployedDefinition> codec,
      PlanLoader loader,
      Cache cache) {
    this.definitions = definitions;
    this.codec = codec;
    this.loader = loader;
    this.cache = cache;
  }

  /** What was found. */
  sealed interface Lookup {
    record Found(Plan plan) implements Lookup {}

    /** It may be deployed in a moment. */
    record NotDeployed(String detail) implements Lookup {}

    /** It is deployed, and cannot be used. */
    record Unusable(String detail) implements Lookup {}

    /** It is deployed, and takes no new starts. */
    record Retired(String detail) implements Lookup {}
  }

  /** Plans by the key of their definition; shared by all tasks, because plans are immutable. */
  static final class Cache {
    private final Map<Bytes, Loaded> byKey = new ConcurrentHashMap<>();
    private final AtomicLong generation = new AtomicLong();
    private volatile @Nullable Routes routes;

    /** A definition has come, gone or changed, and the store has it. */
    void changed() {
      generation.incrementAndGet();
    }

    /** Another number when another definition may be there. */
    long generation() {
      return generation.get();
    }
  }

  /**
   * Where events go, by all definitions of one generation.
   *
   * @param generation before they were looked at
   */
  private record Routes(long generation, EventRoutes routes) {}

  /**
   * @param bytes the very array of the store: another array means that the record was replaced
   * @param retiredAt null while the version takes new starts
   */
  private record Loaded(byte[] bytes, Lookup lookup, @Nullable Instant retiredAt) {}

  Lookup forCommand(WorkflowCommand command, WorkflowState state) {
    return switch (state) {
      case NotStarted _ when command instanceof Start start -> byReference(start.workflow());
      case Running running when command instanceof Cancel -> forCancel(running);
      case Running running when !(command instanceof Start) -> pinned(running);
      case Finished finished when command instanceof UndoChild && finished.undoable() != null ->
          pinned(finished.undoable());
      case NotStarted _, Running _, Finished _ -> new Lookup.Found(UNUSED);
    };
  }

  /** An instance can be cancelled whatever is wrong with its plan, but then it undoes nothing. */
  private Lookup forCancel(Running running) {
    return pinned(running) instanceof Lookup.Found found ? found : new Lookup.Found(UNUSED);
  }

  /** Another number when another definition may be there. */
  long generation() {
    return cache.generation();
  }

  /** Where events go, by the definitions as they are; the same for all tasks. */
  EventRoutes routes() {
    var known = cache.routes;
    var current = generation();
    if (known == null || known.generation() != current) {
      var deployed = DeployedPlans.of(this);
      known = new Routes(current, new EventRoutes(deployed.all(), deployed.counting()));
      cache.routes = known;
    }
    return known.routes();
  }

  /** Every version that is deployed, as a reference to it. */
  List<DefinitionRef> deployed() {
    var references = new ArrayList<DefinitionRef>();
    try (var all = definitions.all()) {
      while (all.hasNext()) {
        reference(all.next().key).ifPresent(references::add);
      }
    }
    return references;
  }

  /** Empty when the key was not written by a deployment. */
  private static Optional<DefinitionRef> reference(Bytes key) {
    try {
      var reference = DefinitionRef.parse(new String(key.get(), UTF_8));
      return reference.version() == null ? Optional.empty() : Optional.of(reference);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  /** The version itself, whether or not it takes new starts. */
  Lookup exactly(DefinitionRef version) {
    var loaded = loaded(key(version.toString()));
    return loaded == null ? notDeployed(version) : loaded.lookup();
  }

  /** Whether the version is deployed, usable or not, as far as this engine has heard. */
  boolean has(DefinitionRef version) {
    return definitions.get(key(version.toString())) != null;
  }

  /** What a start that refers to it would run. */
  Lookup byReference(DefinitionRef reference) {
    return reference.version() == null ? latest(reference) : toStart(reference);
  }

  private Lookup toStart(DefinitionRef reference) {
    var loaded = loaded(key(reference.toString()));
    if (loaded == null) {
      return notDeployed(reference);
    }
    return loaded.retiredAt() == null
        ? loaded.lookup()
        : new Lookup.Retired(
            "workflow "
                + reference
                + " was retired at "
                + loaded.retiredAt()
                + " and takes no new starts; start another version, or none in particular");
  }

  private Lookup pinned(Running running) {
    var definition = running.run().definition();
    var loaded = loaded(key(definition.toString()));
    var lookup = loaded == null ? notDeployed(definition) : loaded.lookup();
    return switch (lookup) {
      case Lookup.Found(var plan) when !plan.hash().equals(running.run().planHash()) ->
          new Lookup.Unusable(
              running.run().definition()
                  + " was deployed again with other content; the instance is pinned to hash "
                  + running.run().planHash());
      case Lookup.Found _, Lookup.NotDeployed _, Lookup.Unusable _, Lookup.Retired _ -> lookup;
    };
  }

  private @Nullable Loaded loaded(Bytes key) {
    var bytes = definitions.get(key);
    if (bytes == null) {
      return null;
    }
    var loaded = cache.byKey.get(key);
    return loaded != null && loaded.bytes() == bytes ? loaded : load(key, bytes);
  }

  /** A definition's own fault is remembered; a failure of the engine is tried again. */
  private Loaded load(Bytes key, byte[] bytes) {
    try {
      return load(key, bytes, codec.decode(bytes));
    } catch (UndecodableException e) {
      return remember(key, new Loaded(bytes, unusable(e), null));
    } catch (RuntimeException | StackOverflowError e) {
      return new Loaded(bytes, defect(e), null);
    }
  }

  private Loaded load(Bytes key, byte[] bytes, DeployedDefinition definition) {
    var retiredAt = definition.retiredAt();
    try {
      var found = new Lookup.Found(loader.load(definition));
      return remember(key, new Loaded(bytes, found, retiredAt));
    } catch (InvalidDefinitionException e) {
      return remember(key, new Loaded(bytes, unusable(e), retiredAt));
    } catch (RuntimeException | StackOverflowError e) {
      return new Loaded(bytes, defect(e), retiredAt);
    }
  }

  private static Lookup unusable(Exception e) {
    return new Lookup.Unusable("the definition cannot be used: " + e.getMessage());
  }

  private static Lookup defect(Throwable e) {
    return new Lookup.Unusable("the definition cannot be used, by a defect: " + e);
  }

  private Loaded remember(Bytes key, Loaded loaded) {
    cache.byKey.put(key, loaded);
    return loaded;
  }

  /** The highest deployed version that is not retired. */
  private Lookup latest(DefinitionRef reference) {
    var versions = versions(reference);
    for (var key : versions) {
      var loaded = loaded(key);
      if (loaded != null && loaded.retiredAt() == null) {
        return loaded.lookup();
      }
    }
    return versions.isEmpty()
        ? notDeployed(reference)
        : new Lookup.Retired("every deployed version of workflow " + reference + " is retired");
  }

  /**
   * The keys of all deployed versions, the highest first. A key that ends in no version was not
   * written by a deployment; it must not stand in the way of those that were.
   */
  private Collection<Bytes> versions(DefinitionRef reference) {
    var prefix = reference + ":";
    var keys = new TreeMap<Version, Bytes>(Comparator.reverseOrder());
    try (var all = definitions.range(key(prefix), key(prefix + Character.MAX_VALUE))) {
      while (all.hasNext()) {
        var key = all.next().key;
        var version = version(key, prefix);
        if (version != null) {
          keys.put(version, key);
        }
      }
    }
    return keys.values();
  }

  private static @Nullable Version version(Bytes key, String prefix) {
    try {
      return Version.parse(new String(key.get(), UTF_8).substring(prefix.length()));
    } catch (IllegalArgumentException _) {
      return null;
    }
  }

  private static Lookup notDeployed(Object wanted) {
    return new Lookup.NotDeployed("workflow " + wanted + " is not deployed");
  }

  private static Bytes key(String text) {
    return Bytes.wrap(text.getBytes(UTF_8));
  }
}
