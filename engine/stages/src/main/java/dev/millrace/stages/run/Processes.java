package dev.millrace.stages.run;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.secret.Redaction;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the processes of this worker, one attempt at a time in a place of its own, and writes what
 * they say to the log.
 */
final class Processes {

  /** The same for every attempt at a task, so that a program can tell that it did it already. */
  static final String IDEMPOTENCY_KEY = "MILLRACE_IDEMPOTENCY_KEY";

  /** Different for every attempt, on every machine. */
  static final String ATTEMPT = "MILLRACE_ATTEMPT";

  private static final Logger LOG = LoggerFactory.getLogger(Processes.class);
  private final RunSettings settings;

  Processes(RunSettings settings) {
    this.settings = settings;
  }

  RunSettings settings() {
    return settings;
  }

  /** Decides what to start, when there is a place for it. */
  @FunctionalInterface
  interface Preparation {
    Invocation prepare(Workplace place) throws NotRunException, IOException;
  }

  /**
   * @param program allowed already
   * @param what is run, for people
   */
  record Invocation(Path program, List<String> arguments, String what) {}

  /** Runs one process within the interrupt of its thread. */
  StageAnswer run(StageRequest request, Preparation preparation) throws InterruptedException {
    var arguments = new ProcessArguments(request.arguments());
    var attempt = request.attempt() + "-" + UUID.randomUUID();
    try (var place = Workplace.open(settings, attempt)) {
      var invocation = preparation.prepare(place);
      var given = arguments.environment();
      var redaction = redaction(given);
      var result =
          process(invocation, request, place, attempt, given)
              .run(redaction, listener(request, redaction))
              .mapped(redaction::apply);
      LOG.info(
          "{} {} {}: exit code {}",
          request.instanceId(),
          request.position(),
          redaction.apply(invocation.what()),
          result.code());
      return result.as(arguments.outcome(), invocation.what());
    } catch (NotRunException e) {
      return new Refused(e.error());
    } catch (IOException e) {
      LOG.warn(
          "{} {} cannot be started: {}",
          request.instanceId(),
          request.position(),
          Redaction.shown(e.toString()));
      return new Unavailable(
          Kind.RUNTIME.error(503, "the process cannot be started: " + e.getMessage()),
          Duration.ZERO);
    }
  }

  /** Whatever the process may write of what it was given, by its task or by the worker's owner. */
  private ProcessRedaction redaction(Map<String, String> given) {
    var all = new TreeMap<>(settings.inheritedFrom(System.getenv()));
    all.putAll(given);
    return ProcessRedaction.of(all);
  }

  private ProcessRun process(
      Invocation invocation,
      StageRequest request,
      Workplace place,
      String attempt,
      Map<String, String> given) {
    var words = new ArrayList<String>();
    words.add(invocation.program().toString());
    words.addAll(invocation.arguments());
    return new ProcessRun(
        words,
        environment(request, place, attempt, given),
        place.folder(),
        new ProcessArguments(request.arguments()).stdin(),
        attempt,
        settings.outputBytesMax());
  }

  private Map<String, String> environment(
      StageRequest request, Workplace place, String attempt, Map<String, String> given) {
    var environment = new TreeMap<String, String>();
    environment.put("PATH", AllowList.path());
    environment.put("LANG", "C.UTF-8");
    environment.put("HOME", place.home().toString());
    environment.put("TMPDIR", place.home().toString());
    environment.putAll(settings.inheritedFrom(System.getenv()));
    environment.putAll(given);
    environment.put(IDEMPOTENCY_KEY, request.idempotencyKey());
    environment.put(ATTEMPT, attempt);
    return environment;
  }

  private static ProcessRun.Listener listener(StageRequest request, ProcessRedaction redaction) {
    return new ProcessRun.Listener(
        logged(request, "out", redaction), logged(request, "err", redaction));
  }

  static Consumer<String> logged(StageRequest request, String stream, ProcessRedaction redaction) {
    return line ->
        LOG.info(
            "{} {} {}: {}",
            request.instanceId(),
            request.position(),
            stream,
            redaction.apply(line).replaceAll("\\p{Cntrl}", " "));
  }
}
