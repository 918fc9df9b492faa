package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.util.Map;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecordBase;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.junit.jupiter.api.Test;

/** A user's own serde, as Confluent's would be: found by name, given its configuration, used. */
class SerdeClassesTest {
  private static final RegistrySettings SETTINGS =
      RegistrySettings.at(URI.create("http://registry:8081"));

  private static Codecs with(String serializer, String deserializer) {
    return AvroCodecs.withRegistry(
        Samples.TOPICS,
        SETTINGS.withSerde(
            new RegistrySettings.SerdeClasses(serializer, deserializer, Map.of("id", "7"))));
  }

  @Test
  void it_writes_and_reads_the_registrys_format() throws Exception {
    var codec = with(OwnSerializer.class.getName(), OwnDeserializer.class.getName()).outcomes();
    var outcome = Samples.INSTANCE_OUTCOMES.getFirst();

    var bytes = codec.encode(outcome);

    assertThat(bytes).startsWith(0, 0, 0, 0, 7);
    assertThat(codec.decode(bytes)).isEqualTo(outcome);
  }

  @Test
  void records_from_before_are_still_read() throws Exception {
    var codec = with(OwnSerializer.class.getName(), OwnDeserializer.class.getName()).outcomes();
    var outcome = Samples.INSTANCE_OUTCOMES.getLast();
    var before = AvroCodecs.embedded(Samples.TOPICS).outcomes().encode(outcome);

    assertThat(codec.decode(before)).isEqualTo(outcome);
  }

  @Test
  void its_refusal_is_the_records_fault_and_its_silence_is_not() {
    var codec = with(OwnSerializer.class.getName(), OwnDeserializer.class.getName()).outcomes();

    assertThatThrownBy(() -> codec.decode(new byte[] {0, 0, 0, 0, 8}))
        .isInstanceOf(UndecodableException.class);
    assertThatThrownBy(() -> codec.decode(new byte[] {0, 0, 0, 0, 9}))
        .isInstanceOf(RegistryUnavailableException.class);
  }

  @Test
  void a_class_that_is_missing_or_of_another_kind_is_named() {
    assertThatThrownBy(() -> with("no.such.Thing", OwnDeserializer.class.getName()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("'no.such.Thing' cannot be used as a Kafka Serializer");
    assertThatThrownBy(() -> with(OwnSerializer.class.getName(), "java.lang.String"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("cannot be used as a Kafka Deserializer");
  }

  /** Writes under the id its configuration gives. */
  public static final class OwnSerializer implements Serializer<SpecificRecordBase> {
    private byte id;

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
      assertThat(configs.get("schema.registry.url")).hasToString("http://registry:8081");
      id = Byte.parseByte(String.valueOf(configs.get("id")));
    }

    @Override
    public byte[] serialize(String topic, SpecificRecordBase data) {
      var out = new ByteArrayOutputStream();
      out.writeBytes(new byte[] {0, 0, 0, 0, id});
      try {
        new SpecificDatumWriter<SpecificRecordBase>(data.getSchema())
            .write(data, EncoderFactory.get().directBinaryEncoder(out, null));
        return out.toByteArray();
      } catch (IOException e) {
        throw new SerializationException(e);
      }
    }
  }

  /** Knows the id 7, has never heard of 8, and hangs on 9. */
  public static final class OwnDeserializer implements Deserializer<Object> {
    @Override
    public Object deserialize(String topic, byte[] data) {
      if (data[4] == 9) {
        throw new TimeoutException("no answer");
      }
      if (data[4] != 7) {
        throw new SerializationException("unknown id");
      }
      try {
        var schema = dev.millrace.schema.v1.InstanceOutcome.getClassSchema();
        var decoder = DecoderFactory.get().binaryDecoder(data, 5, data.length - 5, null);
        return new SpecificDatumReader<>(schema).read(null, decoder);
      } catch (IOException e) {
        throw new SerializationException(e);
      }
    }
  }
}
