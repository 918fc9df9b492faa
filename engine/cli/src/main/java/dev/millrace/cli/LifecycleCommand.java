package dev.millrace.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.cli.Following.Placed;
import dev.millrace.core.workflow.LifecycleEvent;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "lifecycle",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the lifecycle events of an instance, or of all: what runs and tasks tell the outside.",
      "Of tasks only where the definition, or the engine, is set to 'lifecycle: tasks'."
    })
final class LifecycleCommand implements Callable<Integer> {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT);
  private static final String PREFIX = "io.serverlessworkflow.";
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(
      paramLabel = "ID",
      arity = "0..1",
      description = "Instance id. Without one, all instances.")
  private @Nullable String id;

  @Option(
      names = {"-f", "--follow"},
      description = "Goes on with what comes: of an instance until it ends, else for ever.")
  private boolean follow;

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      defaultValue = "text",
      description = "text, or json: one CloudEvent per line. Default: ${DEFAULT-VALUE}.")
  private OutputFormat format = OutputFormat.TEXT;

  LifecycleCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "lifecycle");
    var instance = id == null ? null : Arguments.instanceId(id);
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()));
        var events = client.lifecycle(instance)) {
      var soFar = events.soFar();
      soFar.forEach(this::show);
      if (follow && (id == null || soFar.stream().noneMatch(LifecycleCommand::isEnd))) {
        followToTheEnd(events);
      }
    }
    return ExitCode.OK.code();
  }

  private void followToTheEnd(Following<JsonNode> events) {
    while (true) {
      for (var event : events.next()) {
        show(event);
        if (id != null && isEnd(event)) {
          return;
        }
      }
    }
  }

  private static boolean isEnd(Placed<JsonNode> event) {
    var type = LifecycleEvent.Type.of(event.value().path("type").asText());
    return type != null && type.isEnd();
  }

  private void show(Placed<JsonNode> placed) {
    var terminal = millrace.terminal();
    var event = placed.value();
    terminal.say(
        switch (format) {
          case JSON -> event.toString();
          case TEXT -> line(terminal, event);
        });
  }

  private static String line(Terminal terminal, JsonNode event) {
    var time = Instant.parse(event.path("time").asText()).atZone(ZoneId.systemDefault());
    var type = event.path("type").asText().substring(PREFIX.length()).replace(".v1", "");
    return terminal.dim(TIME.format(time) + "  ")
        + terminal.bold(event.path("subject").asText())
        + "  "
        + type
        + detail(event.path("data"));
  }

  private static String detail(JsonNode data) {
    var detail = new StringBuilder();
    for (var member : new String[] {"task", "outcome", "output", "error", "reason"}) {
      if (data.has(member)) {
        var value = data.get(member);
        detail.append("  ").append(value.isTextual() ? value.textValue() : value);
      }
    }
    return detail.toString();
  }
}
