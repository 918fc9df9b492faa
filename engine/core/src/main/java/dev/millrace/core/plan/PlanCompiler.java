package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.DefinitionId;
import dev.millrace.core.JsonPointers;
import dev.millrace.core.definition.DefinitionDocument;
import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Resources;
import dev.millrace.core.definition.Rule;
import dev.millrace.core.expression.TemplateCompiler;
import dev.millrace.core.expression.TemplateCompiler.Mode;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Turns a definition into a plan. Whatever this version cannot do is a problem with its place;
 * nothing is ignored.
 *
 * @see <a href="https://github.com/serverlessworkflow/specification/tree/v1.0.3">Open Workflow
 *     Specification 1.0.3</a>
 */
public final class PlanCompiler {
  private static final Set<String> ROOT =
      Set.of("document", "input", "use", "do", "timeout", "output", "schedule", "evaluate");
  private static final Set<String> DOCUMENT =
      Set.of("dsl", "namespace", "name", "version", "title", "summary", "tags", "metadata");
  private static final Set<String> DOCUMENT_METADATA =
      Set.of(
          "budget",
          "concurrency",
          "lifecycle",
          "onAbort",
          "policies",
          "profile",
          "schedule",
          "stages");
  private static final String PROFILE = "1";
  private static final Pattern DSL = Pattern.compile("1\\.0\\.\\d{1,9}(-[0-9A-Za-z.-]+)?");
  private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");

  /**
   * @see <a
   *     href="https://semver.org/#is-there-a-suggested-regular-expression-regex-to-check-a-semver-string">semver.org</a>
   */
  private static final Pattern SEMVER =
      Pattern.compile(
          "(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)(-[0-9A-Za-z.-]+)?(\\+[0-9A-Za-z.-]+)?");

  /** As much of a version as a {@link dev.millrace.core.DefinitionRef} can name. */
  private static final int VERSION_LENGTH_MAX = 64;

  /** Whole numbers that every JSON reader keeps exactly. */
  private static final long EXACT_MAX = 1L << 53;

  private final Source root;
  private final Findings findings;
  private final FunctionCatalog catalog;
  private final References references;

  private PlanCompiler(DefinitionDocument document, FunctionCatalog catalog, Resources resources) {
    this.findings = new Findings(document);
    this.root = new Source(document.root(), "", findings);
    this.catalog = catalog;
    this.references = new References(resources);
  }

  /**
   * @param definition YAML or JSON
   * @param catalog the functions that {@code call: name:1.0.0@default} may name
   * @throws InvalidDefinitionException with every problem found
   */
  public static Compilation compile(String definition, FunctionCatalog catalog)
      throws InvalidDefinitionException {
    return compile(DefinitionReader.read(definition), catalog);
  }

  /**
   * @param definition YAML or JSON
   * @param catalog the functions that {@code call: name:1.0.0@default} may name
   * @param resources what it refers to outside itself
   * @throws InvalidDefinitionException with every problem found, and the URIs of what is
   *     {@linkplain InvalidDefinitionException#missing() missing} among the resources
   */
  public static Compilation compile(String definition, FunctionCatalog catalog, Resources resources)
      throws InvalidDefinitionException {
    return new PlanCompiler(DefinitionReader.read(definition), catalog, resources).compile();
  }

  /**
   * @param catalog the functions that {@code call: name:1.0.0@default} may name
   * @throws InvalidDefinitionException with every problem found
   */
  public static Compilation compile(DefinitionDocument definition, FunctionCatalog catalog)
      throws InvalidDefinitionException {
    return new PlanCompiler(definition, catalog, Resources.NONE).compile();
  }

  private Compilation compile() throws InvalidDefinitionException {
    var plan = root.requireObject("a workflow definition") ? plan() : null;
    if (plan == null || !findings.refusals().isEmpty()) {
      throw new InvalidDefinitionException(findings.refusals(), references.missing());
    }
    warnOfLargeNumbers(root.value(), "");
    return new Compilation(plan, findings.warnings(), references.used());
  }

  private @Nullable Plan plan() {
    root.allow("a definition", ROOT, Set.of());
    var secrets = SecretNames.of(root.present("use").member("secrets"));
    var expressions = new Expressions(new TemplateCompiler(mode(root.member("evaluate")), secrets));
    var authentications = new AuthenticationCompiler(expressions, Map.of());
    var durations = new DurationCompiler(expressions);
    var reusables =
        Reusables.compile(
            root.member("use"),
            new ErrorCompiler(expressions),
            new RetryCompiler(expressions, durations),
            durations,
            authentications);
    var outside = Outside.of(references, root.present("use").member("catalogs"));
    var transforms = new TransformCompiler(expressions, outside);
    var id = id(root.required("document", "what the workflow is called: {dsl, namespace, …}"));
    var input = transforms.input(root.member("input"), Names.OF_WORKFLOW_INPUT);
    var output = transforms.output(root.member("output"), Names.OF_WORKFLOW_OUTPUT);
    var timeout = timeout(root.member("timeout"), reusables, durations);
    var schedule =
        new ScheduleCompiler(durations, new EventCompiler(expressions))
            .compile(root.member("schedule"), root.member("document"));
    var policies = PolicyCompiler.of(root.present("document"), id, durations);
    checkUncalled(expressions, reusables, outside, policies);
    var tasks = new TaskCompiler(expressions, reusables, catalog, outside, policies);
    var list = root.required("do", "the tasks of the workflow");
    if (list == null || id == null) {
      return null;
    }
    var body = tasks.block(list, placement("/do"));
    StageBoundsCheck.of(durations).check(root.present("document"), tasks.tasks().values());
    return new Plan(
        id,
        references.hash(root.value()),
        root.value(),
        input,
        output,
        timeout,
        body,
        tasks.tasks(),
        tasks.profiles().workflow(root.member("document")),
        schedule);
  }

  private static Placement placement(String pointer) {
    return new Placement(pointer, Names.OUTERMOST, Map.of(), List.of());
  }

  /**
   * They are compiled where they are called or apply; here only to find what is wrong with them.
   */
  private void checkUncalled(
      Expressions expressions, Reusables reusables, Outside outside, PolicyCompiler policies) {
    var tasks = new TaskCompiler(expressions, reusables, catalog, outside, policies);
    reusables
        .functions()
        .forEach((name, function) ->
            tasks.task(
                function,
                new Placement(function.pointer(), Names.OUTERMOST, Map.of(), List.of(name))));
    new TaskCompiler(expressions, reusables, catalog, outside, policies).extensions().check();
  }

  private @Nullable DurationPlan timeout(
      @Nullable Source source, Reusables reusables, DurationCompiler durations) {
    if (source == null) {
      return null;
    }
    return source.isText()
        ? Reusables.named(source, reusables.timeouts(), "timeout")
        : Reusables.timeout(source, durations);
  }

  private static Mode mode(@Nullable Source evaluate) {
    if (evaluate == null || !evaluate.requireObject("an object: {language, mode}")) {
      return Mode.STRICT;
    }
    evaluate.allow("evaluate", Set.of("language", "mode"), Set.of());
    var language = evaluate.member("language");
    if (language != null) {
      language.oneOf(Set.of("jq"));
    }
    var mode = evaluate.member("mode");
    return mode != null && "loose".equals(mode.oneOf(Set.of("strict", "loose")))
        ? Mode.LOOSE
        : Mode.STRICT;
  }

  private static @Nullable DefinitionId id(@Nullable Source document) {
    if (document == null || !document.requireObject("an object with " + Source.listed(DOCUMENT))) {
      return null;
    }
    document.allow("document", DOCUMENT, Set.of());
    checkMetadata(document.member("metadata"));
    matching(document, "dsl", DSL, "version 1.0.x of the language, such as '1.0.3'");
    var namespace = matching(document, "namespace", LABEL, "a DNS label such as my-team");
    var name = matching(document, "name", LABEL, "a DNS label such as order-saga");
    var version = matching(document, "version", SEMVER, "a version such as '1.0.0'");
    return namespace == null || name == null || version == null
        ? null
        : new DefinitionId(namespace, name, version);
  }

  private static void checkMetadata(@Nullable Source metadata) {
    var millrace =
        metadata != null && metadata.requireObject("an object")
            ? metadata.member("millrace")
            : null;
    if (millrace == null || !millrace.requireObject("an object: {profile: '1'}")) {
      return;
    }
    millrace.allow("millrace", DOCUMENT_METADATA, Set.of());
    var profile = millrace.member("profile");
    if (profile != null) {
      profile.oneOf(Set.of(PROFILE));
    }
  }

  private static @Nullable String matching(
      Source document, String name, Pattern pattern, String what) {
    var source = document.required(name, what);
    var text = source == null ? null : source.text(what);
    if (source == null || text == null) {
      return null;
    }
    if (text.length() > VERSION_LENGTH_MAX || !pattern.matcher(text).matches()) {
      source.error("expected " + what + ", found '" + text + "'");
      return null;
    }
    return text;
  }

  private void warnOfLargeNumbers(JsonNode value, String pointer) {
    if (value.isIntegralNumber() && Math.abs(value.doubleValue()) > EXACT_MAX) {
      findings.warning(
          Rule.LARGE_NUMBER,
          pointer,
          "beyond 2^53 whole numbers lose digits on their way; use text");
    }
    value
        .properties()
        .forEach(each ->
            warnOfLargeNumbers(each.getValue(), JsonPointers.member(pointer, each.getKey())));
    for (var i = 0; value.isArray() && i < value.size(); i++) {
      warnOfLargeNumbers(value.get(i), JsonPointers.element(pointer, i));
    }
  }
}
