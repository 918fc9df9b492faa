package dev.millrace.cli;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.definition.Resources;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.Stages;
import dev.millrace.stages.resource.AllowedLocations;
import dev.millrace.stages.resource.AllowedResources;
import dev.millrace.wire.DeployedDefinition;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;

/** Reads and compiles definition files, and words their problems as compilers do. */
final class Definitions {
  private final FunctionCatalog catalog;
  private final AllowedResources resources;

  private Definitions(FunctionCatalog catalog, AllowedResources resources) {
    this.catalog = catalog;
    this.resources = resources;
  }

  /** Knows the functions of every stage on the class path, and what this environment lets them. */
  static Definitions knowing(Workspace workspace) {
    return knowing(workspace, AllowedResources.from(AllowedLocations.NONE));
  }

  /** Knows, as well, what definitions refer to outside themselves. */
  static Definitions knowing(Workspace workspace, AllowedResources resources) {
    var settings = new StageSettings(workspace.stages(), RunOptions.ofEnvironment());
    return new Definitions(Stages.catalog(Stages.discover(settings)), resources);
  }

  Compilation compile(Path file) throws InvalidDefinitionException {
    var folder = file.toAbsolutePath().resolveSibling("");
    return resources.compile(Arguments.text(file), catalog, folder);
  }

  /**
   * @throws CommandFailure with all problems, one a line
   */
  Compilation require(Path file) {
    try {
      return compile(file);
    } catch (InvalidDefinitionException e) {
      throw new CommandFailure(
          ExitCode.INVALID_DEFINITION, file + " cannot be used:\n" + lines(file, e.problems()), e);
    }
  }

  /**
   * A deployed definition, by its source and what was deployed with it.
   *
   * @throws CommandFailure if this build cannot use it
   */
  Compilation requireDeployed(DeployedDefinition definition) {
    try {
      var deployed = Resources.of(definition.resources());
      return PlanCompiler.compile(definition.source(), catalog, deployed);
    } catch (InvalidDefinitionException e) {
      throw new CommandFailure(
          ExitCode.INVALID_DEFINITION,
          definition.id() + " cannot be used by this build: " + e.getMessage(),
          e);
    }
  }

  /**
   * @param source of a definition that ships, and so is in order
   */
  Compilation require(String source) {
    try {
      return PlanCompiler.compile(source, catalog);
    } catch (InvalidDefinitionException e) {
      throw new IllegalStateException("a definition that ships is not valid", e);
    }
  }

  private static String lines(Path file, List<Problem> problems) {
    return problems.stream().map(p -> line(file, p)).collect(Collectors.joining("\n"));
  }

  /** As editors and CI systems recognise it: {@code file:line:column: error: message}. */
  static String line(Path file, Problem problem) {
    var wording = problem.wording();
    if (problem.resource() != null) {
      return wording;
    }
    return file + (problem.line() > 0 ? ":" : ": ") + wording;
  }
}
