package dev.millrace.stages.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.DeadLetter.Reason;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.Topics;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class RepliesTest {
  private final CompletableFuture<String> end = new CompletableFuture<>();
  private final BoundedProducer producer = new BoundedProducer();
  private final Replies replies =
      new Replies(
          WorkerSettings.of("nowhere:1", AvroCodecs.embedded(new Topics("shop"))),
          producer,
          new Tally(),
          end::completeExceptionally);

  @Test
  void a_dead_letter_fits_whatever_the_key_the_value_and_the_detail() throws Exception {
    var large = new byte[RecordLimits.RECORD_BYTES_MAX * 2 / 3];
    var record = new ConsumerRecord<>("shop.stage.work", 0, 7, large, large);

    replies.deadLetter(
        record, Reason.UNDECODABLE, "why ".repeat(1_000_000), () -> end.complete("acknowledged"));

    assertThat(end.get(10, TimeUnit.SECONDS)).isEqualTo("acknowledged");
    assertThat(producer.history()).hasSize(1);
  }

  /** Takes no record above the limit, as a real one. */
  private static final class BoundedProducer extends MockProducer<byte[], byte[]> {
    BoundedProducer() {
      super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public synchronized Future<RecordMetadata> send(
        ProducerRecord<byte[], byte[]> record, Callback callback) {
      if (RecordLimits.DEFAULT.fits(record.key(), record.value())) {
        return super.send(record, callback);
      }
      var tooLarge = new RecordTooLargeException("too large");
      callback.onCompletion(null, tooLarge);
      return CompletableFuture.failedFuture(tooLarge);
    }
  }
}
