package dev.millrace.sagas.rag;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import java.util.List;

/** Runs both definitions' steps as plain calls, in the order the definitions give them. */
final class Ladder {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private record Rung(String mode, int topK) {}

  private static final List<Rung> RUNGS =
      List.of(new Rung("single", 6), new Rung("deep", 24), new Rung("deep", 48));

  private final List<StageSpec> stages;

  Ladder(StageSettings settings) {
    stages = dev.millrace.stages.Stages.discover(settings);
  }

  /**
   * @param verdict of the last attempt
   * @param draft that verdict is about
   */
  record Outcome(int attempts, JsonNode verdict, JsonNode draft) {
    boolean isAnswered() {
      return verdict.path("grounded").asBoolean();
    }
  }

  Outcome ask(String question) throws Exception {
    JsonNode verdict = MAPPER.createObjectNode();
    JsonNode draft = MAPPER.createObjectNode();
    int attempts = 0;
    for (var rung : RUNGS) {
      var found = retrieve(verdict.path("rewrittenQuery").asText(question), rung.mode, rung.topK);
      draft = generate(question, found, verdict.path("feedback").asText(null));
      verdict = validate(question, draft, found);
      attempts++;
      if (verdict.path("grounded").asBoolean()) {
        break;
      }
    }
    return new Outcome(attempts, verdict, draft);
  }

  JsonNode retrieve(String query, String mode, int topK) throws Exception {
    return call(
        "rag.retrieve",
        MAPPER.createObjectNode().put("query", query).put("mode", mode).put("topK", topK));
  }

  private JsonNode generate(
      String question, JsonNode found, @org.jspecify.annotations.Nullable String critique)
      throws Exception {
    var arguments =
        MAPPER.createObjectNode().put("model", "small").put("prompt", "answer-with-citations");
    arguments.set("variables", evidence(question, found).put("critique", critique));
    return call("llm.chat", arguments);
  }

  private JsonNode validate(String question, JsonNode draft, JsonNode found) throws Exception {
    var arguments = evidence(question, found);
    arguments.set("answer", draft.get("answer"));
    arguments.set("citations", draft.get("citations"));
    return call("rag.validate", arguments);
  }

  private static ObjectNode evidence(String question, JsonNode found) {
    var evidence = MAPPER.createObjectNode().put("question", question);
    evidence.set("passages", found.get("passages"));
    evidence.set("terms", found.get("terms"));
    return evidence;
  }

  /**
   * @return passages stored
   */
  int index(CorpusDocument document) throws Exception {
    var loaded = call("rag.load", document.input());
    var split = call("rag.split", MAPPER.createObjectNode().set("document", loaded));
    var embed = MAPPER.createObjectNode();
    embed.set("title", loaded.get("title"));
    embed.set("passages", split.get("passages"));
    var store = MAPPER.createObjectNode();
    store.set("document", loaded);
    store.set("passages", split.get("passages"));
    store.set("vectors", call("rag.embed", embed).get("vectors"));
    return call("rag.store", store).get("passages").asInt();
  }

  JsonNode call(String function, JsonNode arguments) throws Exception {
    var answer = answer(function, arguments);
    assertThat(answer).isInstanceOf(StageAnswer.Completed.class);
    return ((StageAnswer.Completed) answer).output();
  }

  StageAnswer answer(String function, JsonNode arguments) throws Exception {
    for (var stage : stages) {
      StageFunction work = stage.functions().get(function);
      if (work != null) {
        return work.execute(
            new StageRequest(
                new InstanceId("ladder"),
                new TaskPosition("/do/0/" + function, ""),
                stage.name(),
                function,
                arguments,
                1,
                "key",
                null));
      }
    }
    throw new IllegalArgumentException("no stage runs " + function);
  }
}
