package dev.millrace.cli;

import dev.millrace.core.DefinitionRef;
import dev.millrace.core.InstanceId;
import dev.millrace.core.NearestWord;
import dev.millrace.sagas.coding.CodingSaga;
import dev.millrace.sagas.coding.CodingSite;
import dev.millrace.wire.Submission;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
    name = "coding",
    mixinStandardHelpOptions = true,
    description = {
      "Lets an agent make a change to a git repository, on an embedded Kafka: plan, implement, test",
      "and fix, verify, open a pull request, watch it, learn. However it ends, it is cleaned up.",
      "Without --agent the agent is a script that knows the issue of the demo."
    })
final class CodingDemoCommand implements Callable<Integer> {
  private static final DefinitionRef WORKFLOW = DefinitionRef.parse("coding/change");
  private static final Duration POLL = Duration.ofSeconds(1);
  private static final Duration TIMEOUT = Duration.ofHours(3);

  private final Millrace millrace;

  @Option(
      names = "--agent",
      paramLabel = "COMMAND",
      description =
          "A line for sh. It reads its task on stdin, works in the current folder and writes a"
              + " result with the nonce it was given. It may do whatever you may.")
  private String agent = CodingSite.SCRIPTED_AGENT;

  @Option(
      names = "--agent-env",
      paramLabel = "NAMES",
      description = "Variables of this environment it gets, separated by commas. Default: none.")
  private @Nullable String agentEnvironment;

  @Option(
      names = "--no-merge",
      description = "Leaves the pull request to you. Default: the demo merges it.")
  private boolean isLeftToPeople;

  @Option(
      names = "--cancel-at",
      paramLabel = "STEP",
      completionCandidates = Steps.class,
      description = "Cancels the run when this step begins: ${COMPLETION-CANDIDATES}.")
  private @Nullable String cancelAt;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description =
          "Instance id: letters, digits and . _ - only. The same id goes on with the run there is.")
  private @Nullable String id;

  private boolean isCancelAsked;

  CodingDemoCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  /** For the help. */
  static final class Steps implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return CodingSaga.STEPS.iterator();
    }
  }

  @Override
  public Integer call() throws IOException {
    if (cancelAt != null && !CodingSaga.STEPS.contains(cancelAt)) {
      throw new CommandFailure(ExitCode.USAGE, noStep(cancelAt));
    }
    var workspace = DemoEngine.workspace(millrace);
    Logs.of(workspace, "demo-coding");
    var folder = workspace.folder().resolve("coding");
    var site = CodingSite.install(folder, agent);
    var instance = DemoEngine.instance(id, "change-");
    try (var engine = DemoEngine.start(millrace, settings(site))) {
      engine.deploy(List.of(CodingSaga.definition()));
      return run(engine.client(), instance, site, folder).code();
    }
  }

  private static String noStep(String word) {
    var near = NearestWord.to(word, CodingSaga.STEPS);
    return "--cancel-at: there is no step '"
        + word
        + "'"
        + (near == null ? "" : " (did you mean '" + near + "'?)")
        + "; there are "
        + String.join(", ", CodingSaga.STEPS);
  }

  private Map<String, String> settings(CodingSite site) {
    var settings = new TreeMap<>(site.settings());
    if (agentEnvironment != null) {
      settings.put("run.environment", agentEnvironment);
    }
    return Map.copyOf(settings);
  }

  private ExitCode run(WorkflowClient client, InstanceId instance, CodingSite site, Path folder)
      throws IOException {
    var terminal = millrace.terminal();
    var repository = site.repositoryOf(instance.value());
    var issue = CodingSaga.sampleIssue(POLL);
    terminal.say(terminal.bold(issue.path("title").asText()) + "  " + instance);
    terminal.say(terminal.dim("  repository " + repository));
    var view = new CodingView(terminal);
    view.onBegin(step -> cancelIfAsked(client, instance, step));
    view.onDone("create-pr", () -> review(instance, site, folder, repository));
    try (var watch = new RunWatch(client, instance)) {
      var outcome =
          watch
              .run(new Submission.Start(WORKFLOW, issue), TIMEOUT, view::show)
              .orElseThrow(() ->
                  new CommandFailure(
                      ExitCode.TIMED_OUT,
                      "no end within " + TIMEOUT + "; --id " + instance + " goes on"));
      if (cancelAt != null && !isCancelAsked) {
        terminal.note("not cancelled: the run came to its end without " + cancelAt);
      }
      terminal.say("");
      terminal.say(terminal.dim("  artifacts  " + site.artifacts(instance.value())));
      return new SagaView(terminal).conclude(outcome);
    }
  }

  private void cancelIfAsked(WorkflowClient client, InstanceId instance, String step) {
    if (step.equals(cancelAt) && !isCancelAsked) {
      isCancelAsked = true;
      millrace.terminal().say(millrace.terminal().yellow("  ■ cancel       as asked, at " + step));
      client.submit(instance, new Submission.Cancel("the demo was told to, at " + step));
    }
  }

  /** Also when it is told again, by a later demo of the same run: what is merged stays merged. */
  private void review(InstanceId instance, CodingSite site, Path folder, Path repository) {
    var terminal = millrace.terminal();
    if (isCancelAsked || CodingSaga.WATCHING.equals(cancelAt)) {
      return; // what is cancelled, or is about to be, is nobody's to merge
    }
    if (isLeftToPeople) {
      terminal.say("  merge it with   (cd " + folder + " && sh bin/review " + instance + ")");
      terminal.say(
          "  or reject it    git --git-dir=" + repository + " branch -D change/" + instance);
      return;
    }
    try {
      terminal.say("  ● reviewer     " + site.review(instance.value()));
    } catch (IOException e) {
      terminal.note("not merged: " + e.getMessage());
    }
  }
}
