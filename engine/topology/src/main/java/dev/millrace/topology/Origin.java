package dev.millrace.topology;

import dev.millrace.wire.DeadLetter;
import java.time.Instant;
import org.apache.kafka.streams.processor.api.ProcessingContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** A record as it came in, and where it stood: what a dead letter has to hold. */
record Origin(
    String topic, int partition, long offset, byte @Nullable [] key, byte @Nullable [] value) {
  private static final String NOWHERE = "";

  static Origin of(ProcessingContext context, Record<byte[], byte[]> input) {
    var place = context.recordMetadata();
    return new Origin(
        place.map(RecordMetadata::topic).orElse(NOWHERE),
        place.map(RecordMetadata::partition).orElse(-1),
        place.map(RecordMetadata::offset).orElse(-1L),
        input.key(),
        input.value());
  }

  static Origin of(DeadLetter letter) {
    return new Origin(
        letter.topic(), letter.partition(), letter.offset(), letter.key(), letter.value());
  }

  DeadLetter letter(DeadLetter.Reason reason, String detail, Instant now) {
    return new DeadLetter(reason, detail, topic, partition, offset, now, key, value);
  }
}
