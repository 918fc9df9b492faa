package dev.millrace.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Embedding;
import dev.millrace.llm.text.MiniLm;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageFunctions;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The function {@code llm.embed}: texts to vectors, in this process. */
final class EmbedFunction {
  static final String NAME = "llm.embed";

  private static final String BASE64 = "base64";

  private record Texts(List<String> texts, @Nullable String model, @Nullable String encoding) {
    Texts {
      Objects.requireNonNull(texts, "texts");
    }
  }

  private EmbedFunction() {}

  static StageFunction of(Embedder embedder) {
    return StageFunctions.answering(Texts.class, texts -> answer(embedder, texts));
  }

  private static StageAnswer answer(Embedder embedder, Texts asked) {
    if (asked.model() != null && !asked.model().equals(MiniLm.NAME)) {
      return new Refused(
          Kind.CONFIGURATION.error(
              "there is no embedding model '" + asked.model() + "', only " + MiniLm.NAME));
    }
    var vectors = JsonNodeFactory.instance.arrayNode();
    for (var embedding : embedder.embed(asked.texts())) {
      vectors.add(json(embedding, BASE64.equals(asked.encoding())));
    }
    var output = JsonNodeFactory.instance.objectNode();
    output.set("vectors", vectors);
    output.put("dimension", MiniLm.DIMENSION);
    output.put("model", MiniLm.NAME);
    return new Completed(output);
  }

  private static JsonNode json(Embedding embedding, boolean asBase64) {
    if (asBase64) {
      return JsonNodeFactory.instance.textNode(embedding.toBase64());
    }
    var numbers = JsonNodeFactory.instance.arrayNode();
    for (float value : embedding.values()) {
      numbers.add(value);
    }
    return numbers;
  }
}
