package dev.millrace.scenarios;

import io.cucumber.core.backend.ObjectFactory;
import io.cucumber.core.exception.CucumberException;
import io.cucumber.core.feature.FeatureWithLines;
import io.cucumber.core.feature.GluePath;
import io.cucumber.core.gherkin.FeatureParserException;
import io.cucumber.core.options.RuntimeOptionsBuilder;
import io.cucumber.core.runtime.Runtime;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs feature files in the vocabulary of this package. */
public final class ScenarioSuite {
  private static final String FEATURE = ".feature";
  private final Map<URI, TreeSet<Integer>> features;

  private ScenarioSuite(Map<URI, TreeSet<Integer>> features) {
    this.features = features;
  }

  /**
   * @param places feature files, and folders that are searched for them
   * @throws IOException if a folder cannot be read
   * @throws IllegalArgumentException if a file is none
   */
  public static ScenarioSuite of(Collection<Path> places) throws IOException {
    var features = new TreeMap<URI, TreeSet<Integer>>();
    for (var place : places) {
      if (!Files.isDirectory(place) && !place.toString().endsWith(FEATURE)) {
        throw new IllegalArgumentException(place + " is no .feature file");
      }
      try (var files = Files.walk(place)) {
        files
            .filter(file -> file.toString().endsWith(FEATURE))
            .filter(Files::isRegularFile)
            .forEach(file -> features.put(file.toUri(), new TreeSet<>()));
      }
    }
    return new ScenarioSuite(features);
  }

  /** The scenarios of these results alone. */
  static ScenarioSuite again(Collection<ScenarioResult> results) {
    var features = new TreeMap<URI, TreeSet<Integer>>();
    for (var result : results) {
      features.computeIfAbsent(result.feature(), _ -> new TreeSet<>()).add(result.line());
    }
    return new ScenarioSuite(features);
  }

  public boolean isEmpty() {
    return features.isEmpty();
  }

  /**
   * What is wrong with the files themselves, one line each with its place: they are not Gherkin,
   * have no scenario, or a heading that is misspelt and would pass for prose.
   *
   * @throws IOException if a file cannot be read
   */
  public List<String> mistakes() throws IOException {
    var mistakes = new ArrayList<String>();
    for (var uri : features.keySet()) {
      mistakes.addAll(FeatureFile.mistakes(Path.of(uri)));
    }
    return mistakes;
  }

  /**
   * @param listener told of each scenario as it ends, by one thread at a time
   * @return in the order of files and lines
   * @throws RuntimeException of which {@link #isMistake} if a file is not Gherkin
   */
  public List<ScenarioResult> run(ScenarioSettings settings, Consumer<ScenarioResult> listener) {
    var results = new Results(listener);
    var steps = ThreadLocal.withInitial(() -> new StepObjects(settings, results));
    Runtime.builder()
        .withRuntimeOptions(options(settings))
        .withObjectFactorySupplier(steps::get)
        .withAdditionalPlugins(results)
        .build()
        .run();
    return results.all();
  }

  /** Whether a run ended because of what stands in a file: it is not Gherkin, or cannot be read. */
  public static boolean isMistake(RuntimeException e) {
    return e instanceof FeatureParserException || e instanceof CucumberException;
  }

  private io.cucumber.core.options.RuntimeOptions options(ScenarioSettings settings) {
    var options =
        new RuntimeOptionsBuilder()
            .addGlue(GluePath.parse(ScenarioSuite.class.getPackageName()))
            .setThreads(settings.threads())
            .setPublishQuiet(true)
            .setMonochrome();
    features.forEach((uri, lines) -> options.addFeature(FeatureWithLines.create(uri, lines)));
    return options.build();
  }

  /** Makes the objects with the steps; each scenario gets its own, around one bench. */
  private static final class StepObjects implements ObjectFactory {
    private final ScenarioSettings settings;
    private final Results results;
    private final Map<Class<?>, Object> steps = new HashMap<>();
    private @Nullable Bench bench;

    StepObjects(ScenarioSettings settings, Results results) {
      this.settings = settings;
      this.results = results;
    }

    @Override
    public void start() {
      bench = new Bench(settings);
    }

    @Override
    public void stop() {
      steps.clear();
      bench = null;
    }

    @Override
    public boolean addClass(Class<?> type) {
      return true;
    }

    @Override
    public <T> T getInstance(Class<T> type) {
      return type.cast(steps.computeIfAbsent(type, this::make));
    }

    private Object make(Class<?> type) {
      if (bench == null) {
        throw new IllegalStateException("no scenario is under way");
      }
      if (type == DefinitionSteps.class) {
        return new DefinitionSteps(bench, results);
      }
      if (type == StageSteps.class) {
        return new StageSteps(bench);
      }
      if (type == ActionSteps.class) {
        return new ActionSteps(bench);
      }
      if (type == LifecycleSteps.class) {
        return new LifecycleSteps(bench);
      }
      if (type == OutcomeSteps.class) {
        return new OutcomeSteps(bench);
      }
      if (type == TraceSteps.class) {
        return new TraceSteps(bench);
      }
      if (type == SecretSteps.class) {
        return new SecretSteps(bench);
      }
      throw new IllegalStateException("no steps are known in " + type);
    }
  }
}
