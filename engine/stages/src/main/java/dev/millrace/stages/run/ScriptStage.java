package dev.millrace.stages.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.http.Endpoint;
import dev.millrace.stages.http.HttpStage;
import dev.millrace.stages.resource.ExternalResources;
import dev.millrace.stages.resource.ResourceException;
import dev.millrace.stages.run.Processes.Invocation;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The function {@code run.script}: JavaScript by {@code node}, Python by {@code python3}. An object
 * of arguments becomes global variables of the script, a list its {@code argv}; neither is ever
 * part of its text.
 */
final class ScriptStage implements StageFunction {
  static final String NAME = "run.script";

  /** Of a script that is fetched. */
  static final int SOURCE_BYTES_MAX = 1024 * 1024;

  private static final String FILE = "file:";
  private static final Pattern JS_MODULE = Pattern.compile("(?m)^\\s*(import\\s+\\S|export\\s)");
  private static final String ARGUMENTS = "arguments.json";

  /** Loaded by node before the script. */
  private static final String JS_PRELUDE =
      """
      Object.assign(globalThis, JSON.parse(require('fs').readFileSync(__dirname + '/arguments.json', 'utf8')));
      """;

  /** Runs the script as Python itself would, with more names in it. */
  private static final String PYTHON_LAUNCHER =
      """
      import json, os, runpy, sys
      here = os.path.dirname(os.path.abspath(__file__))
      with open(os.path.join(here, 'arguments.json'), encoding='utf-8') as file:
          names = json.load(file)
      sys.argv = sys.argv[1:]
      runpy.run_path(sys.argv[0], init_globals=names, run_name='__main__')
      """;

  private final Processes processes;
  private final HttpStage http;
  private final ExternalResources resources;

  /**
   * @param http fetches scripts of servers, as calls do
   * @param resources reads scripts of the folders that the worker's owner allows
   */
  ScriptStage(Processes processes, HttpStage http, ExternalResources resources) {
    this.processes = processes;
    this.http = http;
    this.resources = resources;
  }

  @Override
  public String dependency(StageRequest request) {
    return NAME + " " + request.arguments().path("language").asText();
  }

  @Override
  public StageAnswer execute(StageRequest request) throws InterruptedException {
    var code = request.arguments().path("code");
    if (code.isTextual()) {
      return run(request, code.textValue());
    }
    var endpoint = request.arguments().path("source").path("endpoint").asText();
    return endpoint.startsWith(FILE) ? ofFolder(request, endpoint) : ofServer(request);
  }

  private StageAnswer ofFolder(StageRequest request, String endpoint) throws InterruptedException {
    try {
      return run(request, resources.read(new Endpoint(URI.create(endpoint))));
    } catch (ResourceException e) {
      return e.answer();
    } catch (IllegalArgumentException e) {
      return new StageAnswer.Refused(
          Kind.CONFIGURATION.error("no URI of a script: " + e.getMessage()));
    }
  }

  private StageAnswer ofServer(StageRequest request) throws InterruptedException {
    var source = http.execute(fetch(request));
    return source instanceof Completed(var content)
        ? run(request, Base64.getDecoder().decode(content.asText()))
        : source;
  }

  private StageAnswer run(StageRequest request, byte[] bytes) throws InterruptedException {
    return bytes.length <= SOURCE_BYTES_MAX
        ? run(request, new String(bytes, StandardCharsets.UTF_8))
        : new StageAnswer.Refused(
            Kind.RUNTIME.error("the script has more than %,d bytes".formatted(SOURCE_BYTES_MAX)));
  }

  private static StageRequest fetch(StageRequest request) {
    return new StageRequest(
        request.instanceId(),
        request.position(),
        new StageName(HttpStage.NAME),
        HttpStage.NAME,
        request.arguments().path("source"),
        request.attempt(),
        request.idempotencyKey(),
        request.deadline());
  }

  private StageAnswer run(StageRequest request, String code) throws InterruptedException {
    return processes.run(request, place -> invocation(request.arguments(), code, place));
  }

  private Invocation invocation(JsonNode arguments, String code, Workplace place)
      throws NotRunException, IOException {
    var language = arguments.path("language").asText();
    var given = arguments.path("arguments");
    place.file(ARGUMENTS, given.isObject() ? given.toString() : "{}");
    var positional = given.isObject() ? List.<String>of() : new ProcessArguments(arguments).words();
    return switch (language) {
      case "js" -> js(code, positional, place);
      case "python" -> python(code, positional, place);
      default -> throw ProcessArguments.invalid("there are no scripts in '" + language + "'");
    };
  }

  private Invocation js(String code, List<String> positional, Workplace place)
      throws NotRunException, IOException {
    var program = processes.settings().allowed().interpreter("js", "node");
    var script = place.file(JS_MODULE.matcher(code).find() ? "script.mjs" : "script.cjs", code);
    var prelude = place.file("prelude.cjs", JS_PRELUDE);
    return invocation(
        program, List.of("--require", prelude.toString(), script.toString()), positional);
  }

  private Invocation python(String code, List<String> positional, Workplace place)
      throws NotRunException, IOException {
    var program = processes.settings().allowed().interpreter("python", "python3");
    var script = place.file("script.py", code);
    var launcher = place.file("launcher.py", PYTHON_LAUNCHER);
    return invocation(program, List.of(launcher.toString(), script.toString()), positional);
  }

  private static Invocation invocation(
      java.nio.file.Path program, List<String> script, List<String> positional) {
    var all = new ArrayList<>(script);
    all.addAll(positional);
    return new Invocation(program, all, "the script");
  }
}
