package dev.millrace.cli;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonValue;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.WorkflowEvent;

/** The records of the core as JSON for scripts: {@code -o json}. Read by nobody but scripts. */
final class JsonView {
  private static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .addModule(new JavaTimeModule())
          .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
          .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .addMixIn(WorkflowEvent.class, NamedByType.class)
          .addMixIn(Outcome.class, NamedByType.class)
          .addMixIn(InstanceId.class, Word.class)
          .addMixIn(StageName.class, Word.class)
          .addMixIn(Rule.class, Named.class)
          .build();

  private JsonView() {}

  /** One line. */
  static String of(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot show " + value.getClass().getSimpleName(), e);
    }
  }

  /** Several lines, for reading. */
  static String pretty(Object value) {
    try {
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("cannot show " + value.getClass().getSimpleName(), e);
    }
  }

  @JsonTypeInfo(use = JsonTypeInfo.Id.SIMPLE_NAME, property = "type")
  private interface NamedByType {}

  private interface Named {
    @JsonValue
    String id();
  }

  private interface Word {
    @JsonValue
    String value();
  }
}
