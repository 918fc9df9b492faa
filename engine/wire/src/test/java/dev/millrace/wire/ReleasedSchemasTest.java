package dev.millrace.wire;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.schema.v1.CoordinationCommand;
import dev.millrace.schema.v1.CoordinationRow;
import dev.millrace.schema.v1.DeadLetter;
import dev.millrace.schema.v1.DefinitionDeployed;
import dev.millrace.schema.v1.InstanceOutcome;
import dev.millrace.schema.v1.JournalEntry;
import dev.millrace.schema.v1.StageRequest;
import dev.millrace.schema.v1.WorkflowCommand;
import dev.millrace.schema.v1.WorkflowState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaCompatibility;
import org.apache.avro.SchemaCompatibility.SchemaCompatibilityType;
import org.apache.avro.SchemaNormalization;
import org.apache.avro.SchemaParser;
import org.junit.jupiter.api.Test;

/** Every version of a schema stays in the repository, and each is readable with the newest. */
class ReleasedSchemasTest {
  private static final ObjectMapper JSON =
      new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT);
  private static final String FOR_JAVA = "avro.java.string";
  private static final List<Schema> CURRENT =
      List.of(
          dev.millrace.schema.v1.Submission.getClassSchema(),
          WorkflowCommand.getClassSchema(),
          CoordinationCommand.getClassSchema(),
          CoordinationRow.getClassSchema(),
          StageRequest.getClassSchema(),
          JournalEntry.getClassSchema(),
          WorkflowState.getClassSchema(),
          InstanceOutcome.getClassSchema(),
          DefinitionDeployed.getClassSchema(),
          DeadLetter.getClassSchema());

  @Test
  void the_current_schema_is_the_newest_of_its_released_versions() throws IOException {
    for (var current : CURRENT) {
      var versions = versions(current);
      if (SchemasFolder.addsMissing() && !isNewest(current, versions)) {
        SchemasFolder.add(file(current, versions.size() + 1), portable(current));
        versions = versions(current);
      }
      assertThat(isNewest(current, versions))
          .as(
              "%s has changed: a released version is never edited, the next stands beside it%s",
              current.getFullName(), SchemasFolder.HOW_TO_ADD)
          .isTrue();
    }
  }

  @Test
  void what_any_released_version_wrote_can_be_read_with_the_current_one() throws IOException {
    for (var current : CURRENT) {
      for (var version : versions(current)) {
        assertThat(SchemaCompatibility.checkReaderWriterCompatibility(current, version).getType())
            .as("%s reads its own earlier version", current.getFullName())
            .isEqualTo(SchemaCompatibilityType.COMPATIBLE);
      }
    }
  }

  private static boolean isNewest(Schema current, List<Schema> versions) {
    return !versions.isEmpty()
        && SchemaNormalization.parsingFingerprint64(versions.getLast())
            == SchemaNormalization.parsingFingerprint64(current);
  }

  private static List<Schema> versions(Schema current) throws IOException {
    var versions = new ArrayList<Schema>();
    for (int n = 1; Files.exists(file(current, n)); n++) {
      versions.add(new SchemaParser().parse(file(current, n)).mainSchema());
    }
    return versions;
  }

  private static Path file(Schema schema, int version) {
    return SchemasFolder.released().resolve(schema.getName()).resolve(version + ".avsc");
  }

  private static boolean isString(ObjectNode type) {
    return type.has(FOR_JAVA) && type.path("type").asText().equals("string");
  }

  /** Without what the code generator adds for Java: others generate code from these files too. */
  private static byte[] portable(Schema schema) throws IOException {
    return Samples.utf8(JSON.writeValueAsString(plain(JSON.readTree(schema.toString()))) + "\n");
  }

  private static JsonNode plain(JsonNode node) {
    return switch (node) {
      case ObjectNode object when isString(object) -> object.get("type");
      case ObjectNode object -> {
        object.remove(FOR_JAVA);
        object.properties().forEach(it -> it.setValue(plain(it.getValue())));
        yield object;
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, plain(array.get(i)));
        }
        yield array;
      }
      default -> node;
    };
  }
}
