package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import dev.millrace.wire.Codec;
import dev.millrace.wire.DeployedDefinition;
import dev.millrace.wire.UndecodableException;
import java.lang.module.ModuleDescriptor.Version;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** What the topic of definitions says last about each version; deleted ones are gone. */
final class DeployedVersions {
  private static final Duration POLL_TIMEOUT = Duration.ofMillis(100);

  private final Codec<DeployedDefinition> codec;
  private final Map<Bytes, DeployedDefinition> byKey = new HashMap<>();

  private DeployedVersions(Codec<DeployedDefinition> codec) {
    this.codec = codec;
  }

  /** The versions of a workflow, or the one that is named; the highest first. */
  static List<DeployedDefinition> read(
      TopicTail tail, Codec<DeployedDefinition> codec, DefinitionRef wanted) {
    var versions = new DeployedVersions(codec);
    while (!tail.caughtUp()) {
      tail.poll(POLL_TIMEOUT).forEach(versions::add);
    }
    return versions.byKey.values().stream()
        .filter(definition -> wanted.matches(definition.id()))
        .sorted(Comparator.comparing(DeployedVersions::order).reversed())
        .toList();
  }

  private void add(ConsumerRecord<byte[], byte[]> record) {
    byte @Nullable [] value = record.value();
    if (value == null) {
      byKey.remove(Bytes.wrap(record.key()));
    } else {
      byKey.put(Bytes.wrap(record.key()), decoded(record, value));
    }
  }

  private DeployedDefinition decoded(ConsumerRecord<byte[], byte[]> record, byte[] value) {
    try {
      return codec.decode(value);
    } catch (UndecodableException e) {
      throw new IllegalStateException(
          record.topic() + " holds what it should not: " + e.getMessage(), e);
    }
  }

  /** As the engine orders versions when a start names none. */
  private static Version order(DeployedDefinition definition) {
    return Version.parse(definition.id().version());
  }
}
