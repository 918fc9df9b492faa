package dev.millrace.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.wire.Codecs;
import java.time.Instant;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * A record for a topic, ready to leave.
 *
 * @param sink which of the topology's sinks it goes to
 */
record Emission(String sink, byte[] key, Outgoing outgoing, Headers headers) {
  Emission(String sink, byte[] key, Outgoing outgoing) {
    this(sink, key, outgoing, new RecordHeaders());
  }

  /** Instances talk to one another, and to themselves, by commands. */
  static Emission of(Codecs codecs, String sink, WorkflowCommand command) {
    var value = codecs.commands().encode(command);
    return new Emission(
        sink,
        Transitions.key(command.instanceId()),
        new Outgoing(codecs.topics().commands(), value));
  }

  static Emission of(Codecs codecs, String sink, CoordinationCommand command) {
    var value = codecs.coordination().encode(command);
    return new Emission(
        sink, command.key().getBytes(UTF_8), new Outgoing(codecs.topics().coordination(), value));
  }

  Record<byte[], Outgoing> record(Instant now) {
    return new Record<>(key, outgoing, Math.max(0, now.toEpochMilli()), headers);
  }
}
