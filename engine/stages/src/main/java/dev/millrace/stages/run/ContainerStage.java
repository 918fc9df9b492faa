package dev.millrace.stages.run;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageAnswer.Unknown;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.run.ContainerJobs.End;
import dev.millrace.stages.secret.Redaction;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.models.V1Pod;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The function {@code run.container}: a Kubernetes job, waited for. An attempt that runs out of
 * time leaves the job alone, and the next one waits for the same; a task's own deadline is the
 * job's, too.
 */
final class ContainerStage implements StageFunction {
  static final String NAME = "run.container";

  private static final String OUT_OF_TIME = "DeadlineExceeded";
  private static final int BODY_LENGTH_MAX = 300;
  private static final Logger LOG = LoggerFactory.getLogger(ContainerStage.class);

  private final Kubernetes kubernetes;
  private final ContainerSettings settings;

  ContainerStage(Kubernetes kubernetes, ContainerSettings settings) {
    this.kubernetes = kubernetes;
    this.settings = settings;
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    try {
      return run(request, kubernetes.jobs());
    } catch (NotRunException e) {
      return new Refused(e.error());
    } catch (ApiException e) {
      return answer(e);
    } catch (IOException e) {
      if (Thread.interrupted()) {
        throw new InterruptedException("while talking to Kubernetes");
      }
      return new Unavailable(
          Kind.COMMUNICATION.error(503, "Kubernetes: " + e.getMessage()), Duration.ZERO);
    }
  }

  private StageAnswer run(StageRequest request, ContainerJobs jobs)
      throws NotRunException, ApiException, IOException, InterruptedException {
    var spec = ContainerSpec.of(request, settings);
    var redaction = ProcessRedaction.of(new ProcessArguments(request.arguments()).environment());
    var lines = Processes.logged(request, "log", redaction);
    var name = jobs.ensure(spec, Instant.now());
    try (var log = ContainerLog.follow(jobs, name, settings.output(), redaction, lines)) {
      return switch (jobs.awaitEnd(name)) {
        case End.Completed() -> finished(request, jobs, name, log, redaction, 0);
        case End.Failed(var reason, var message) when reason.equals(OUT_OF_TIME) ->
            new Unknown(Kind.TIMEOUT.error("job " + name + ": " + message));
        case End.Failed _ -> finished(request, jobs, name, log, redaction, 1);
        case End.Deleted() -> new Unknown(Kind.RUNTIME.error("somebody deleted job " + name));
      };
    }
  }

  /**
   * @param otherwise exit code when the pod is gone
   */
  private static StageAnswer finished(
      StageRequest request,
      ContainerJobs jobs,
      String name,
      ContainerLog log,
      ProcessRedaction redaction,
      int otherwise)
      throws ApiException, IOException, InterruptedException {
    var pod = jobs.pod(name);
    if (pod.isEmpty()) {
      LOG.warn("the pod of job {} is gone, and its log with it", name);
    }
    var code = pod.flatMap(ContainerStage::exitCode).orElse(otherwise);
    LOG.info("{} {} job {}: exit code {}", request.instanceId(), request.position(), name, code);
    return new ProcessResult(code, log.end(pod.orElse(null)), "")
        .mapped(redaction::apply)
        .as(new ProcessArguments(request.arguments()).outcome(), "the container");
  }

  private static Optional<Integer> exitCode(V1Pod pod) {
    var state = ContainerLog.state(pod);
    return state == null || state.getTerminated() == null
        ? Optional.empty()
        : Optional.of(state.getTerminated().getExitCode());
  }

  private static StageAnswer answer(ApiException e) throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("while talking to Kubernetes");
    }
    var detail = "Kubernetes answered " + e.getCode() + ": " + shown(e);
    return switch (e.getCode()) {
      case 400, 404, 422 -> new Refused(Kind.CONFIGURATION.error(detail));
      case 401 -> new Refused(Kind.AUTHENTICATION.error(detail));
      case 403 -> new Refused(Kind.AUTHORIZATION.error(detail));
      case 0 ->
          new Unavailable(
              Kind.COMMUNICATION.error(503, "Kubernetes does not answer: " + e.getMessage()),
              Duration.ZERO);
      default -> new Unavailable(Kind.COMMUNICATION.error(e.getCode(), detail), Duration.ZERO);
    };
  }

  private static String shown(ApiException e) {
    var body = e.getResponseBody() == null ? e.getMessage() : e.getResponseBody();
    var text = Redaction.shown(String.valueOf(body)).replaceAll("[\\p{Cntrl}\\s]+", " ");
    return text.length() <= BODY_LENGTH_MAX ? text : text.substring(0, BODY_LENGTH_MAX) + "…";
  }
}
