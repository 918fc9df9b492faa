package dev.millrace.wire;

import java.io.IOException;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;

/** Leaves the registry's wire format to a serde the user put on the class path. */
final class SerdeFormat<R extends SpecificRecordBase> implements RecordFormat<R> {
  private final AvroType<R> type;
  private final String topic;
  private final KafkaSerde serde;
  private final RecordFormat<R> singleObject;

  SerdeFormat(AvroType<R> type, String topic, KafkaSerde serde) {
    this.type = type;
    this.topic = topic;
    this.serde = serde;
    this.singleObject = new SingleObjectFormat<>(type);
  }

  @Override
  public byte[] write(R written) {
    try {
      return serde.serializer().serialize(topic, written);
    } catch (RetriableException e) {
      throw unavailable(e);
    }
  }

  @Override
  public R read(byte[] bytes) throws UndecodableException, IOException {
    if (!ConfluentFormat.recognises(bytes)) {
      return singleObject.read(bytes);
    }
    var record = deserialize(bytes);
    if (!type.type().isInstance(record)) {
      throw new UndecodableException(
          "expected a " + type.schema().getFullName() + ", the serde class gave " + record);
    }
    return type.type().cast(record);
  }

  private Object deserialize(byte[] bytes) {
    try {
      return serde.deserializer().deserialize(topic, bytes);
    } catch (RetriableException e) {
      throw unavailable(e);
    }
  }

  /** Confluent's own classes say {@link TimeoutException} and its kin when they get no answer. */
  private static RegistryUnavailableException unavailable(RetriableException e) {
    return new RegistryUnavailableException("the serde class gets no answer: " + e.getMessage(), e);
  }
}
