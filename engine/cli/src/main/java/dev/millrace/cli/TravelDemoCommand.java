package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.sagas.travel.TravelSaga;
import dev.millrace.wire.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "travel",
    mixinStandardHelpOptions = true,
    description = {
      "Books a trip on an embedded Kafka: flight, hotel and car side by side, then somebody decides.",
      "Without an option it is approved. The exit code is that of its end: 0 when it completed, 9",
      "when all was undone."
    })
final class TravelDemoCommand implements Callable<Integer> {
  private static final DefinitionRef WORKFLOW = DefinitionRef.parse("travel/trip");
  private static final Duration TIMEOUT = Duration.ofMinutes(2);
  private static final Duration THINKING = Duration.ofSeconds(3);

  /** Long enough for an answer that comes at once, however slow the machine. */
  private static final Duration THINKING_OF_WHO_ANSWERS = Duration.ofHours(4);

  private final Millrace millrace;

  @ArgGroup private @Nullable Course course;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Instance id; the same id and course find the trip of an earlier demo.")
  private @Nullable String id;

  TravelDemoCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  /** One of them. */
  static final class Course {
    @Option(names = "--approve", description = "The first who is asked says yes.")
    private boolean isApproved;

    @Option(names = "--reject", description = "The first who is asked says no.")
    private boolean isRejected;

    @Option(names = "--escalate", description = "The first does not answer; the next one says yes.")
    private boolean isEscalated;

    @Option(names = "--timeout", description = "Nobody answers.")
    private boolean isTimedOut;

    @Option(names = "--cancel", description = "The traveller cancels while somebody thinks.")
    private boolean isCancelled;

    /** What happens when somebody is asked, counted from 1; null when nothing does. */
    private @Nullable Submission answer(int asked) {
      if (isCancelled) {
        return new Submission.Cancel("the traveller fell ill");
      }
      if (isTimedOut || (isEscalated && asked == 1)) {
        return null;
      }
      return decision(
          isRejected ? "reject" : "approve", isEscalated ? "head-of-travel" : "team-lead");
    }

    private boolean waits() {
      return isTimedOut || isEscalated;
    }

    private static Submission decision(String choice, String by) {
      var data = JsonNodeFactory.instance.objectNode().put("choice", choice).put("by", by);
      return new Submission.Signal(TravelSaga.SIGNAL, "demo-" + by, data);
    }
  }

  @Override
  public Integer call() throws IOException {
    var workspace = DemoEngine.workspace(millrace);
    Logs.of(workspace, "demo-travel");
    var instance = DemoEngine.instance(id, "trip-");
    try (var engine = DemoEngine.start(millrace, Map.of())) {
      engine.deploy(List.of(TravelSaga.definition()));
      var exit = run(engine.client(), instance, course == null ? new Course() : course);
      showBookings(workspace.stages(), instance);
      return exit.code();
    }
  }

  private ExitCode run(WorkflowClient client, InstanceId instance, Course chosen) {
    var terminal = millrace.terminal();
    terminal.say(terminal.bold("Trip ") + instance);
    var view = new SagaView(terminal);
    var trip = TravelSaga.trip(chosen.waits() ? THINKING : THINKING_OF_WHO_ANSWERS);
    Consumer<JournalEntry> shown = view::show;
    var people = answering(client, instance, chosen);
    try (var watch = new RunWatch(client, instance)) {
      return watch
          .run(new Submission.Start(WORKFLOW, trip), TIMEOUT, shown.andThen(people))
          .map(view::conclude)
          .orElseThrow(() ->
              new CommandFailure(ExitCode.TIMED_OUT, "the trip has not ended within " + TIMEOUT));
    }
  }

  /** Plays the people: whenever the workflow listens, they do what was chosen. */
  private static Consumer<JournalEntry> answering(
      WorkflowClient client, InstanceId instance, Course chosen) {
    var asked = new AtomicInteger();
    return entry -> {
      for (var event : entry.events()) {
        if (event instanceof WorkflowEvent.ListenStarted) {
          var answer = chosen.answer(asked.incrementAndGet());
          if (answer != null) {
            client.submit(instance, answer);
          }
        }
      }
    };
  }

  private void showBookings(Path books, InstanceId instance) throws IOException {
    var terminal = millrace.terminal();
    terminal.say("");
    terminal.say("In the books of the partners:");
    var booked = TravelSaga.booked(books, instance.value());
    booked.forEach(line -> terminal.say("  " + terminal.dim(line)));
  }
}
