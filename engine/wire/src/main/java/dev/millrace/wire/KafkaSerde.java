package dev.millrace.wire;

import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;

/** A user's own Kafka serialisers, loaded by name and configured for values. */
record KafkaSerde(Serializer<Object> serializer, Deserializer<?> deserializer) {

  /**
   * @throws IllegalArgumentException if a class is missing, of another kind, or refuses its
   *     configuration
   */
  static KafkaSerde load(URI registry, RegistrySettings.SerdeClasses classes) {
    var config = config(registry, classes.config());
    @SuppressWarnings("unchecked") // a serialiser of the registry takes any Avro record
    var serializer = (Serializer<Object>) create(classes.serializer(), Serializer.class);
    Deserializer<?> deserializer = create(classes.deserializer(), Deserializer.class);
    try {
      serializer.configure(config, false);
      deserializer.configure(config, false);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException(
          "the serde class refuses its configuration: " + e.getMessage(), e);
    }
    return new KafkaSerde(serializer, deserializer);
  }

  private static Map<String, Object> config(URI registry, Map<String, String> own) {
    var config = new HashMap<String, Object>();
    config.put("schema.registry.url", registry.toString());
    config.put("specific.avro.reader", "true");
    config.putAll(own);
    return config;
  }

  private static <T> T create(String name, Class<T> kind) {
    try {
      return Class.forName(name).asSubclass(kind).getConstructor().newInstance();
    } catch (ReflectiveOperationException | ClassCastException | LinkageError e) {
      throw new IllegalArgumentException(
          "the serde class '" + name + "' cannot be used as a Kafka " + kind.getSimpleName(), e);
    }
  }
}
