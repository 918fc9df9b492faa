package dev.millrace.stages.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.plan.SecretNames;
import dev.millrace.stages.StageSettings;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of this process: files of a folder, one per secret and named as it, which is also
 * what Kubernetes mounts; and environment variables. A file goes before a variable, and is read
 * anew for every request, so that a rotated secret needs no restart.
 *
 * <p>A value that begins as a JSON object or array is one; any other is text, less a line end.
 *
 * @param folder null for none
 * @param environment variables by name
 */
public record SecretStore(@Nullable Path folder, Map<String, String> environment) {
  /** Setting that names the folder. */
  public static final String FOLDER_SETTING = "secrets.folder";

  /** What a variable's name begins with; the secret's follows in capitals, {@code _} for marks. */
  public static final String VARIABLE_PREFIX = "MILLRACE_SECRET_";

  /** Bytes of one secret. */
  public static final int SECRET_BYTES_MAX = 64 * 1024;

  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

  public SecretStore {
    environment = Map.copyOf(environment);
  }

  /** As the settings say, and the process's environment. */
  public static SecretStore of(StageSettings settings) {
    return new SecretStore(
        settings.value(FOLDER_SETTING).map(Path::of).orElse(null), System.getenv());
  }

  /** The process's environment alone. */
  public static SecretStore ofEnvironment() {
    return new SecretStore(null, System.getenv());
  }

  /**
   * @throws MissingSecretException if there is no such secret, or it cannot be one; the message
   *     says what to do and holds no value
   * @throws IOException if its file cannot be read now
   */
  public JsonNode value(String name) throws MissingSecretException, IOException {
    if (!SecretNames.NAME.matcher(name).matches()) {
      throw new MissingSecretException("'" + name + "' cannot be the name of a secret");
    }
    var file = folder == null ? null : read(folder.resolve(name), name);
    var text = file == null ? environment.get(variable(name)) : file;
    if (text == null) {
      throw new MissingSecretException(
          "this worker has no secret '%s'; set %s, or put a file '%s' into the folder of --secrets"
              .formatted(name, variable(name), name));
    }
    return parsed(text);
  }

  /** {@code MILLRACE_SECRET_API_KEY} for {@code api-key}. */
  static String variable(String name) {
    return VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private static @Nullable String read(Path file, String name)
      throws MissingSecretException, IOException {
    try (var stream = Files.newInputStream(file)) {
      var bytes = stream.readNBytes(SECRET_BYTES_MAX + 1);
      if (bytes.length > SECRET_BYTES_MAX) {
        throw new MissingSecretException(
            "the file of secret '%s' has more than SECRET_BYTES_MAX = %,d bytes"
                .formatted(name, SECRET_BYTES_MAX));
      }
      return new String(bytes, UTF_8);
    } catch (NoSuchFileException _) {
      return null;
    } catch (AccessDeniedException _) {
      throw new MissingSecretException(
          "this worker may not read the file of secret '" + name + "'");
    }
  }

  private static JsonNode parsed(String text) {
    var stripped = text.strip();
    if (stripped.startsWith("{") || stripped.startsWith("[")) {
      try {
        return JSON.readTree(stripped);
      } catch (JacksonException _) {
        return TextNode.valueOf(withoutLineEnd(text)); // it only begins like JSON
      }
    }
    return TextNode.valueOf(withoutLineEnd(text));
  }

  private static String withoutLineEnd(String text) {
    return text.replaceFirst("\\r?\\n\\z", "");
  }

  /** Says where, never what. */
  @Override
  public String toString() {
    return "SecretStore[folder=" + folder + "]";
  }
}
