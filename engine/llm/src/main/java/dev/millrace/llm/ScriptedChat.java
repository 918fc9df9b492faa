package dev.millrace.llm;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.re2j.Pattern;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.llm.Conversation.ToolCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Replies from a file, the first that fits: what a model would say, said the same every time. No
 * language model; for tests of agents and for running their workflows without a network.
 *
 * <p>The file is a list of {@code {turn?, after?, when?, content?, toolCalls?: [{name,
 * arguments}]}}: {@code turn} counts the replies before, from 0; {@code after} is the tool whose
 * result comes last; {@code when} is a regular expression found in the last message.
 */
record ScriptedChat(List<Line> lines) implements Chat {
  static final String NAME = "scripted";

  /** Of a script. */
  static final int BYTES_MAX = 1024 * 1024;

  record Line(
      @Nullable Integer turn, @Nullable String after, @Nullable Pattern when, JsonNode says) {
    boolean fits(Conversation conversation) {
      var last = conversation.last();
      return (turn == null || turn == conversation.turns())
          && (after == null || after.equals(last.name()))
          && (when == null || when.matcher(last.content()).find());
    }
  }

  /**
   * @throws IllegalArgumentException if there is no such file, or it is no script
   */
  static ScriptedChat of(String file) {
    try {
      var path = Path.of(file);
      if (Files.size(path) > BYTES_MAX) {
        throw new IllegalArgumentException(
            ChatFunction.SCRIPT + " has more than " + BYTES_MAX + " bytes: " + file);
      }
      var lines = new ArrayList<Line>();
      for (var line : new YAMLMapper().readTree(Files.readString(path))) {
        lines.add(line(line));
      }
      return new ScriptedChat(List.copyOf(lines));
    } catch (IOException | RuntimeException e) {
      throw new IllegalArgumentException(
          "%s '%s' is no script of replies: %s"
              .formatted(ChatFunction.SCRIPT, file, e.getMessage()),
          e);
    }
  }

  private static Line line(JsonNode line) {
    var turn = line.get("turn");
    var after = line.get("after");
    var when = line.get("when");
    return new Line(
        turn == null ? null : turn.intValue(),
        after == null ? null : after.asText(),
        when == null ? null : Pattern.compile(when.asText()),
        line);
  }

  @Override
  public StageAnswer next(String model, Conversation conversation) {
    return lines.stream()
        .filter(line -> line.fits(conversation))
        .findFirst()
        .<StageAnswer>map(line -> new Completed(reply(line.says(), conversation).json()))
        .orElseGet(() ->
            new Refused(
                Kind.CONFIGURATION.error(
                    "the script has no reply for turn " + conversation.turns())));
  }

  private static ChatReply reply(JsonNode says, Conversation conversation) {
    var calls = new ArrayList<ToolCall>();
    for (var call : says.path("toolCalls")) {
      var id = "call-%d-%d".formatted(conversation.turns(), calls.size() + 1);
      var arguments =
          call.has("arguments") ? call.get("arguments") : JsonNodeFactory.instance.objectNode();
      calls.add(new ToolCall(id, call.path("name").asText(), arguments));
    }
    return new ChatReply(
        says.path("content").asText(""),
        calls,
        calls.isEmpty() ? "stop" : "tool_execution",
        NAME,
        NAME,
        0,
        0);
  }
}
