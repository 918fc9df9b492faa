package dev.millrace.stages.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowCommand.CompleteStage;
import dev.millrace.wire.Codec;
import dev.millrace.wire.DeadLetter;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.RegistryUnavailableException;
import dev.millrace.wire.Topics;
import java.time.Instant;
import java.util.function.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a record's end goes: its answer to the instance, or the record itself to the dead letters.
 *
 * <p>What does not fit into a record is replaced by something small that says so; it can therefore
 * not be met again and again.
 */
final class Replies {
  /** A message that quotes its data may be as long as they are. */
  private static final int DETAIL_CHARACTERS_MAX = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(Replies.class);

  private final Topics topics;
  private final Codec<WorkflowCommand> commands;
  private final Codec<DeadLetter> deadLetters;
  private final RecordLimits limits;
  private final Producer<byte[], byte[]> producer;
  private final Tally tally;
  private final Consumer<Exception> onFailure;

  /**
   * @param onFailure told that a reply could not be delivered, on a thread that must not block
   */
  Replies(
      WorkerSettings settings,
      Producer<byte[], byte[]> producer,
      Tally tally,
      Consumer<Exception> onFailure) {
    this.topics = settings.codecs().topics();
    this.commands = settings.codecs().commands();
    this.deadLetters = settings.codecs().deadLetters();
    this.limits = settings.limits();
    this.producer = producer;
    this.tally = tally;
    this.onFailure = onFailure;
  }

  /** Sends the answer; {@code done} runs once the broker has acknowledged it. */
  void answer(StageRequest request, StageAnswer answer, Runnable done) {
    var record = encodable(request, answer);
    if (limits.fits(record.key(), record.value())) {
      send(record, done, () -> refuseOversize(request, record, done));
    } else {
      refuseOversize(request, record, done);
    }
  }

  /** An output may hold what has no bytes, such as a Java object: that is the function's defect. */
  private ProducerRecord<byte[], byte[]> encodable(StageRequest request, StageAnswer answer) {
    try {
      return record(request, answer);
    } catch (RegistryUnavailableException e) {
      throw e;
    } catch (RuntimeException | StackOverflowError e) {
      LOG.error("the answer of '{}' to {}", request.function(), request.instanceId(), e);
      return record(
          request,
          new Refused(
              Kind.RUNTIME.error(
                  "the answer of '%s' cannot be encoded: %s"
                      .formatted(request.function(), e.getClass().getSimpleName()))));
    }
  }

  private void refuseOversize(
      StageRequest request, ProducerRecord<byte[], byte[]> oversize, Runnable done) {
    tally.oversize.increment();
    var refused =
        new Refused(
            Kind.RUNTIME.error(
                "the answer of '%s' does not fit into a record: %s"
                    .formatted(
                        request.function(), limits.excess(oversize.key(), oversize.value()))));
    send(
        record(request, refused),
        done,
        () -> onFailure.accept(new RecordTooLargeException("not even a refusal fits")));
  }

  private ProducerRecord<byte[], byte[]> record(StageRequest request, StageAnswer answer) {
    return new ProducerRecord<>(
        topics.commands(),
        request.instanceId().value().getBytes(UTF_8),
        commands.encode(
            new CompleteStage(
                request.instanceId(), request.position(), request.attempt(), answer)));
  }

  /** Sends the record to the dead letters; {@code done} runs once that is acknowledged. */
  void deadLetter(
      ConsumerRecord<byte[], byte[]> record, Reason reason, String detail, Runnable done) {
    LOG.warn(
        "dead letter, {}: {} ({}-{}@{})",
        reason,
        detail,
        record.topic(),
        record.partition(),
        record.offset());
    tally.deadLettered.increment();
    var shown = cut(detail);
    send(
        letter(record, reason, shown, record.key(), record.value()),
        done,
        () -> deadLetterWithoutValue(record, reason, shown, done));
  }

  private void deadLetterWithoutValue(
      ConsumerRecord<byte[], byte[]> record, Reason reason, String detail, Runnable done) {
    send(
        letter(
            record,
            reason,
            detail + "; the value is left out, it is too large",
            record.key(),
            null),
        done,
        () ->
            send(
                letter(record, reason, detail + "; key and value are too large", null, null),
                done,
                () ->
                    onFailure.accept(
                        new RecordTooLargeException("not even an empty letter fits"))));
  }

  private static String cut(String detail) {
    return detail.length() <= DETAIL_CHARACTERS_MAX
        ? detail
        : detail.substring(0, DETAIL_CHARACTERS_MAX) + "…";
  }

  private ProducerRecord<byte[], byte[]> letter(
      ConsumerRecord<byte[], byte[]> record,
      Reason reason,
      String detail,
      byte @Nullable [] key,
      byte @Nullable [] value) {
    var letter =
        new DeadLetter(
            reason,
            detail,
            record.topic(),
            record.partition(),
            record.offset(),
            Instant.ofEpochMilli(record.timestamp()),
            key,
            value);
    return new ProducerRecord<>(topics.deadLetters(), key, deadLetters.encode(letter));
  }

  private void send(ProducerRecord<byte[], byte[]> record, Runnable done, Runnable tooLarge) {
    producer.send(
        record,
        (_, failure) -> {
          switch (failure) {
            case null -> done.run();
            case RecordTooLargeException _ -> Thread.startVirtualThread(() -> replace(tooLarge));
            case Exception other -> onFailure.accept(other);
          }
        });
  }

  /** Not on the producer's thread: sending may wait for it. */
  private void replace(Runnable tooLarge) {
    try {
      tooLarge.run();
    } catch (RuntimeException e) {
      onFailure.accept(e);
    }
  }
}
