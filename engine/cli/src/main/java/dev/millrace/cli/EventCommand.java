package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.workflow.CloudEvents;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "event",
    mixinStandardHelpOptions = true,
    description = {
      "Publishes a CloudEvent to instances that listen and schedules it starts runs of.",
      "What it lacks of specversion, id, source and time is filled in; it needs a type."
    })
final class EventCommand implements Callable<Integer> {
  private static final String SOURCE = "/millrace/command-line";
  private final Millrace millrace;

  @Mixin private final ConnectionOptions connection = new ConnectionOptions();

  @Parameters(paramLabel = "EVENT", description = "JSON, @FILE, or - for standard input.")
  private String event = "";

  EventCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() {
    Logs.of(millrace.workspace(), "event");
    var complete = complete();
    try (var client = new WorkflowClient(connection.reach(millrace.workspace()))) {
      client.publish(complete);
    }
    millrace.terminal().say("published " + complete.path("id").asText());
    return ExitCode.OK.code();
  }

  private ObjectNode complete() {
    if (!(Arguments.input(event, System.in) instanceof ObjectNode given)) {
      throw new CommandFailure(ExitCode.USAGE, "a CloudEvent is a JSON object");
    }
    fill(given, "specversion", "1.0");
    fill(given, "id", UUID.randomUUID().toString());
    fill(given, "source", SOURCE);
    fill(given, "time", Instant.now().toString());
    var problem = CloudEvents.problem(given);
    if (!problem.isEmpty()) {
      throw new CommandFailure(ExitCode.USAGE, problem);
    }
    return given;
  }

  private static void fill(ObjectNode event, String attribute, String value) {
    if (!event.has(attribute)) {
      event.put(attribute, value);
    }
  }
}
