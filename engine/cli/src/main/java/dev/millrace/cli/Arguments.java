package dev.millrace.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.definition.SyntaxProblem;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What users type, read once and for all commands; what is wrong with it is said in one line. */
final class Arguments {
  private static final ObjectMapper MAPPER =
      new ObjectMapper().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

  private Arguments() {}

  static InstanceId instanceId(String text) {
    try {
      return new InstanceId(text);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    }
  }

  /** {@code namespace/name}, with a version or without. */
  static DefinitionRef workflow(String text) {
    try {
      return DefinitionRef.parse(text);
    } catch (IllegalArgumentException e) {
      throw wrong(String.valueOf(e.getMessage()), e);
    }
  }

  /** {@code namespace/name:version}. */
  static DefinitionId version(String text) {
    var ref = workflow(text);
    var version = ref.version();
    if (version == null) {
      throw new CommandFailure(
          ExitCode.USAGE, "expected a version as namespace/name:version, got '" + text + "'");
    }
    return new DefinitionId(ref.namespace(), ref.name(), version);
  }

  static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw wrong("cannot read " + file + ": " + why(file, e), e);
    }
  }

  /** Java names the file once more and leaves the reason to the type of the exception. */
  private static String why(Path file, IOException e) {
    return switch (e) {
      case NoSuchFileException _ -> "there is no such file";
      case AccessDeniedException _ -> "this user may not read it";
      case CharacterCodingException _ -> "it is not UTF-8 text";
      case IOException _ when Files.isDirectory(file) -> "it is a folder";
      case IOException _ -> String.valueOf(e.getMessage());
    };
  }

  /**
   * @param text JSON, {@code @FILE}, or {@code -} for {@code standardInput}
   */
  static JsonNode input(String text, InputStream standardInput) {
    try {
      var json = json(text, standardInput);
      return json.isBlank() ? JsonNodeFactory.instance.objectNode() : MAPPER.readTree(json);
    } catch (JsonProcessingException e) {
      var place = e.getLocation();
      throw wrong(
          "the input is not JSON: line "
              + place.getLineNr()
              + ", column "
              + place.getColumnNr()
              + ": "
              + SyntaxProblem.words(e),
          e);
    } catch (IOException e) {
      throw wrong("cannot read the input: " + e.getMessage(), e);
    }
  }

  private static String json(String text, InputStream standardInput) throws IOException {
    if (text.equals("-")) {
      return new String(standardInput.readAllBytes(), StandardCharsets.UTF_8);
    }
    return text.startsWith("@") ? text(Path.of(text.substring(1))) : text;
  }

  private static CommandFailure wrong(String message, Exception cause) {
    return new CommandFailure(ExitCode.USAGE, message, cause);
  }

  /** {@code 30s}, {@code 5m}, {@code 1h30m}, or ISO 8601. */
  static final class DurationText implements ITypeConverter<Duration> {
    @Override
    public Duration convert(String text) {
      try {
        var upper = text.toUpperCase(Locale.ROOT);
        return Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
      } catch (DateTimeParseException e) {
        throw new TypeConversionException("'" + text + "' is no duration such as 30s or 5m");
      }
    }
  }
}
