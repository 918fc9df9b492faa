package dev.millrace.server.conformance;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.scenarios.CrashGate;
import dev.millrace.scenarios.ScenarioResult;
import dev.millrace.scenarios.ScenarioSettings;
import dev.millrace.scenarios.ScenarioSuite;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Where features lie, and how this suite runs them. */
final class Features {
  /** What run.feature says its processes need. */
  private static final Map<String, String> ALLOWED =
      Map.of("run.allow", "sh,echo,cat,script:js,script:python");

  private Features() {}

  /** The language's own kit. */
  static Path kit() {
    var configured = System.getProperty("millrace.ctk");
    return configured != null
        ? Path.of(configured)
        : checkout().resolveSibling("shared").resolve("ctk/features");
  }

  static boolean hasKit() {
    return Files.isDirectory(kit());
  }

  /** Ours, in the kit's vocabulary. */
  static Path own() {
    return checkout().resolve("schemas/conformance");
  }

  static ScenarioSuite suite(Path features) throws IOException {
    return ScenarioSuite.of(List.of(features));
  }

  /** With the real stages, which reach the public services in this process. */
  static ScenarioSettings settings(PublicServices services) {
    var stages =
        Stages.discover(new StageSettings(Path.of("target", "conformance"), ALLOWED)).stream()
            .map(Features::withoutDates)
            .toList();
    return ScenarioSettings.of(stages).withDefinitions(services::rewriteHosts);
  }

  /** The same, with peers for the other calls of the language too. */
  static ScenarioSettings settings(PublicServices services, Peers peers) {
    return settings(services)
        .withDefinitions(text -> peers.rewriteHosts(services.rewriteHosts(text)));
  }

  /** The services' clock is not the scenario's; what they say of it would differ in every run. */
  private static StageSpec withoutDates(StageSpec spec) {
    var functions = new HashMap<String, StageFunction>();
    spec.functions()
        .forEach((name, function) -> functions.put(name, r -> withoutDate(function.execute(r))));
    return new StageSpec(
        spec.name(), spec.policy(), functions, spec.contracts(), spec.unavailable());
  }

  private static StageAnswer withoutDate(StageAnswer answer) {
    if (answer instanceof StageAnswer.Completed(var output)
        && output.path("headers") instanceof ObjectNode headers) {
      headers.remove("date");
    }
    return answer;
  }

  /** The feature's file and the scenario's title. */
  static String name(ScenarioResult result) {
    return Path.of(result.feature()).getFileName() + ": " + result.name();
  }

  /** Fails as the scenario did, with its journal. */
  static void require(ScenarioResult result) {
    if (result.failure() != null) {
      throw new AssertionError(
          "%s%n%s%njournal:%n%s"
              .formatted(
                  result.wrongStep(),
                  result.failure().getMessage(),
                  String.join("\n", result.journalLines())),
          result.failure());
    }
  }

  static String line(CrashGate.Verdict verdict) {
    return "%d scenarios, %d crash points, %d made a difference"
        .formatted(verdict.scenarios(), verdict.points(), verdict.failures().size());
  }

  static Path checkout() {
    var root = Path.of("").toAbsolutePath();
    while (root.getParent() != null && !Files.isRegularFile(root.resolve("millrace"))) {
      root = root.getParent();
    }
    return root;
  }
}
