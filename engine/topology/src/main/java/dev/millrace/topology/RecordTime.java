package dev.millrace.topology;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.streams.processor.TimestampExtractor;

/**
 * The time of a record, or now for a record without one. Brokers take records without a timestamp
 * from foreign clients, and Kafka Streams by default lets its thread die of them, every time anew.
 */
public final class RecordTime implements TimestampExtractor {
  @Override
  public long extract(ConsumerRecord<Object, Object> consumed, long partitionTime) {
    return consumed.timestamp() < 0 ? System.currentTimeMillis() : consumed.timestamp();
  }
}
