package dev.millrace.scenarios;

import dev.millrace.core.StageName;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.Stages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The stages of one scenario: those with a script answer from it, the others do their work. A
 * script may be of a function or of a stage, and takes precedence over either.
 */
public final class ScenarioStages {
  private final List<StageSpec> real;
  private final Map<String, Script> scripts = new LinkedHashMap<>();
  private final List<StageRequest> unanswered = new ArrayList<>();
  private final ScenarioGuards guards = new ScenarioGuards(this::dependency);
  private final ScenarioSecrets secrets = new ScenarioSecrets();

  ScenarioStages(List<StageSpec> real) {
    this.real = List.copyOf(real);
  }

  /** Answers in the order they were written, the last one for ever. */
  private static final class Script {
    private final List<ScriptedAnswer> answers = new ArrayList<>();
    private int position;
    private int used;

    ScriptedAnswer next() {
      while (position < answers.size() - 1 && used >= Math.max(1, answers.get(position).times())) {
        position++;
        used = 0;
      }
      used++;
      return answers.get(position);
    }
  }

  ScenarioSecrets secrets() {
    return secrets;
  }

  void script(String name, ScriptedAnswer answer) {
    scripts.computeIfAbsent(name, _ -> new Script()).answers.add(answer);
  }

  /** Whether every stage does its own work. */
  public boolean areReal() {
    return scripts.isEmpty();
  }

  /** What definitions may call: the functions of real stages, and whatever has a script. */
  public FunctionCatalog catalog() {
    return Stages.catalog(specs());
  }

  /** The real stages, and one for every script that is of none of them. */
  public List<StageSpec> specs() {
    var specs = new ArrayList<>(real);
    for (var name : scripts.keySet()) {
      if (real.stream().noneMatch(spec -> isOf(spec, name))) {
        specs.add(
            new StageSpec(new StageName(name), StagePolicy.DEFAULT, Map.of(name, scripted())));
      }
    }
    return specs;
  }

  private static boolean isOf(StageSpec spec, String name) {
    return spec.name().value().equals(name) || spec.functions().containsKey(name);
  }

  private StageFunction scripted() {
    return request -> answer(request, Instant.now()).orElseThrow();
  }

  /**
   * @return empty when the stage does not answer
   */
  public Optional<StageAnswer> answer(StageRequest request, Instant now) {
    var answer =
        request.policy() == null
            ? ofStage(request, now)
            : guards.answer(request, now, () -> ofStage(request, now));
    if (answer.isEmpty()) {
      unanswered.add(request);
    }
    return answer;
  }

  private Optional<StageAnswer> ofStage(StageRequest request, Instant now) {
    var script = scriptOf(request);
    return script == null
        ? Optional.of(new RealWork(real, secrets).answer(request, now))
        : script.next().answer(request, now);
  }

  private String dependency(StageRequest request) {
    return real.stream()
        .map(spec -> spec.functions().get(request.function()))
        .filter(java.util.Objects::nonNull)
        .findFirst()
        .map(function -> function.dependency(request))
        .orElse(request.function());
  }

  private @org.jspecify.annotations.Nullable Script scriptOf(StageRequest request) {
    var ofFunction = scripts.get(request.function());
    return ofFunction == null ? scripts.get(request.stage().value()) : ofFunction;
  }

  /** The oldest request the stage has not answered; asked for once. */
  Optional<StageRequest> takeUnanswered(String name) {
    var request =
        unanswered.stream()
            .filter(r -> r.function().equals(name) || r.stage().value().equals(name))
            .findFirst();
    request.ifPresent(it -> {
      unanswered.remove(it);
      guards.end(it);
    });
    return request;
  }

  /** Ends what is still under way. */
  void close() {
    guards.close();
  }
}
