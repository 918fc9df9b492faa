package dev.millrace.topology;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.Submission;
import dev.millrace.wire.UndecodableException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * The door for any Kafka client: makes commands of submissions.
 *
 * <p>The hop to the commands topic keys them anew, because a foreign client may partition by
 * another rule, and stamps them with this machine's time, because deadlines are counted from it.
 */
final class Intake implements Processor<byte[], byte[], byte[], Outgoing> {
  private final Codecs codecs;
  private final TopologySettings settings;
  private final DeadLetters deadLetters;
  private ProcessorContext<byte[], Outgoing> context;

  Intake(Codecs codecs, TopologySettings settings) {
    this.codecs = codecs;
    this.settings = settings;
    this.deadLetters = new DeadLetters(codecs, settings);
  }

  @Override
  public void init(ProcessorContext<byte[], Outgoing> context) {
    this.context = context;
  }

  @Override
  public void process(Record<byte[], byte[]> submission) {
    try {
      admit(submission, command(submission.key(), submission.value()));
    } catch (UndecodableException e) {
      quarantine(submission, DeadLetter.Reason.UNDECODABLE, String.valueOf(e.getMessage()));
    }
    if (PolledBatch.drainedByThisRecord()) {
      context.commit();
    }
  }

  @Override
  public void close() {
    PolledBatch.forget();
  }

  private void admit(Record<byte[], byte[]> submission, WorkflowCommand command) {
    var bytes = codecs.commands().encode(command);
    if (bytes.length > settings.recordBytesMax()) {
      quarantine(
          submission,
          DeadLetter.Reason.OVERSIZE,
          "%,d bytes are above the limit of %,d"
              .formatted(bytes.length, settings.recordBytesMax()));
      return;
    }
    var outgoing = new Outgoing(codecs.topics().commands(), bytes);
    var key = Transitions.key(command.instanceId());
    context.forward(new Record<>(key, outgoing, now().toEpochMilli()), WorkflowTopology.ADMITTED);
  }

  private WorkflowCommand command(byte @Nullable [] key, byte @Nullable [] value)
      throws UndecodableException {
    if (value == null) {
      throw new UndecodableException("the record has no value");
    }
    var instance = instanceId(key);
    return switch (codecs.submissions().decode(value)) {
      case Submission.Start(var workflow, var input) ->
          new WorkflowCommand.Start(instance, workflow, input);
      case Submission.Cancel(var reason) -> new WorkflowCommand.Cancel(instance, reason);
      case Submission.Signal(var name, var id, var data) ->
          new WorkflowCommand.Signal(instance, name, id, data);
      case Submission.Suspend(var reason) -> new WorkflowCommand.Suspend(instance, reason);
      case Submission.Resume _ -> new WorkflowCommand.Resume(instance);
      case Submission.SettleCompensation(var ruling, var reason, var task) ->
          new WorkflowCommand.SettleCompensation(instance, ruling, reason, task);
    };
  }

  private static InstanceId instanceId(byte @Nullable [] key) throws UndecodableException {
    if (key == null) {
      throw new UndecodableException("the record has no key; its key is to be the instance id");
    }
    try {
      return new InstanceId(UTF_8.newDecoder().decode(ByteBuffer.wrap(key)).toString());
    } catch (CharacterCodingException e) {
      throw new UndecodableException("the key is to be the instance id in UTF-8", e);
    } catch (IllegalArgumentException e) {
      throw new UndecodableException("the key is to be the instance id: " + e.getMessage(), e);
    }
  }

  private void quarantine(
      Record<byte[], byte[]> submission, DeadLetter.Reason reason, String detail) {
    var letter = Origin.of(context, submission).letter(reason, detail, now());
    context.forward(deadLetters.record(letter), WorkflowTopology.REFUSED);
  }

  private Instant now() {
    return Instant.ofEpochMilli(context.currentSystemTimeMs());
  }
}
