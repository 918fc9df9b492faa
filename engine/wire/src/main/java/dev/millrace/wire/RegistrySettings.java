package dev.millrace.wire;

import java.net.URI;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the schema registry is and how long to wait for it.
 *
 * @param url base of a Confluent-compatible REST API, e.g. {@code http://registry:8081} or
 *     Apicurio's {@code http://registry:8080/apis/ccompat/v7}
 * @param authorization value of the {@code Authorization} header; null sends none
 * @param connectTimeout bound of one connection attempt
 * @param requestTimeout bound of one request, connection included
 * @param attemptsMax requests made before giving up, 1 or more; only failures that may pass are
 *     tried again
 * @param retryDelay pause before each further attempt
 * @param serde writes and reads the registry's wire format in our stead; null for our own
 */
public record RegistrySettings(
    URI url,
    @Nullable String authorization,
    Duration connectTimeout,
    Duration requestTimeout,
    int attemptsMax,
    Duration retryDelay,
    @Nullable SerdeClasses serde) {
  public static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(2);
  public static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);
  public static final int ATTEMPTS_MAX = 3;
  public static final Duration RETRY_DELAY = Duration.ofMillis(200);

  /**
   * @throws IllegalArgumentException if {@code attemptsMax} is below 1
   */
  public RegistrySettings {
    if (attemptsMax < 1) {
      throw new IllegalArgumentException("attemptsMax is at least 1, got " + attemptsMax);
    }
  }

  /** The registry at {@code url}, asked without credentials, with the default bounds. */
  public static RegistrySettings at(URI url) {
    return new RegistrySettings(
        url, null, CONNECT_TIMEOUT, REQUEST_TIMEOUT, ATTEMPTS_MAX, RETRY_DELAY, null);
  }

  public RegistrySettings withAuthorization(String value) {
    return new RegistrySettings(
        url, value, connectTimeout, requestTimeout, attemptsMax, retryDelay, serde);
  }

  public RegistrySettings withSerde(SerdeClasses classes) {
    return new RegistrySettings(
        url, authorization, connectTimeout, requestTimeout, attemptsMax, retryDelay, classes);
  }

  /** Leaves the credentials out: settings end up in logs. */
  @Override
  public String toString() {
    return "RegistrySettings[url=" + url + "]";
  }

  /**
   * Kafka serialisers on the class path that speak to the registry themselves, e.g. {@code
   * io.confluent.kafka.serializers.KafkaAvroSerializer}.
   *
   * @param serializer class name of a {@link org.apache.kafka.common.serialization.Serializer} that
   *     takes Avro specific records
   * @param deserializer class name of a {@link org.apache.kafka.common.serialization.Deserializer}
   *     that gives them
   * @param config handed to both, beside {@code schema.registry.url} and {@code
   *     specific.avro.reader}
   */
  public record SerdeClasses(String serializer, String deserializer, Map<String, String> config) {
    public SerdeClasses {
      config = Map.copyOf(config);
    }

    /** Leaves the configuration out: it may hold credentials. */
    @Override
    public String toString() {
      return "SerdeClasses[" + serializer + ", " + deserializer + "]";
    }
  }
}
