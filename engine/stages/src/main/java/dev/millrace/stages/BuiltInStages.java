package dev.millrace.stages;

import dev.millrace.core.StageName;
import dev.millrace.stages.a2a.A2aStage;
import dev.millrace.stages.asyncapi.AsyncApiStage;
import dev.millrace.stages.grpc.GrpcStage;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.HttpStage;
import dev.millrace.stages.http.OpenApiStage;
import dev.millrace.stages.mcp.McpStage;
import dev.millrace.stages.resource.ExternalResources;
import dev.millrace.stages.run.RunStages;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The stages every Millrace has: one for each kind of call that the language knows, and {@code
 * run}, which runs nothing unless told.
 */
public final class BuiltInStages implements StageProvider {

  @Override
  public List<StageSpec> stages(StageSettings settings) {
    var client = AuthorizedClient.of(settings);
    var resources = new ExternalResources(settings, client);
    return List.of(
        new StageSpec(
            new StageName(HttpStage.NAME),
            StagePolicy.DEFAULT,
            Map.of(
                HttpStage.NAME, new HttpStage(settings, client),
                OpenApiStage.NAME, new OpenApiStage(settings, client))),
        StageSpec.of(GrpcStage.NAME, new GrpcStage(settings, resources, client)),
        patient(A2aStage.NAME, A2aStage.TIMEOUT, new A2aStage(settings, resources, client)),
        patient(
            AsyncApiStage.NAME,
            AsyncApiStage.TIMEOUT,
            new AsyncApiStage(settings, resources, client)),
        patient(McpStage.NAME, McpStage.TIMEOUT, new McpStage(settings, client)),
        RunStages.spec(settings, client));
  }

  /** A stage whose attempts may take longer than others'. */
  private static StageSpec patient(String name, Duration timeout, StageFunction function) {
    var usual = StagePolicy.DEFAULT;
    var policy =
        new StagePolicy(
            timeout,
            usual.concurrencyMax(),
            usual.circuitFailureRatePct(),
            usual.circuitWindow(),
            usual.circuitOpenFor());
    return new StageSpec(new StageName(name), policy, Map.of(name, function));
  }
}
