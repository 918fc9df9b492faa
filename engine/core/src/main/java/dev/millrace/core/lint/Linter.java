package dev.millrace.core.lint;

import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import java.util.List;

/**
 * Looks for the traps of the language that a compiler has to let pass. Meant for definitions that
 * compile; in others it may find less.
 */
public final class Linter {
  private Linter() {}

  /**
   * @param definition YAML or JSON
   * @return warnings in the order of their places, without those of the compiler
   * @throws InvalidDefinitionException if the text cannot be read
   */
  public static List<Problem> lint(String definition) throws InvalidDefinitionException {
    var document = DefinitionReader.read(definition);
    var root = document.root();
    var tasks = Tasks.of(root);
    var warnings = new Warnings(document);
    new FlowCheck(warnings).check(tasks);
    new HandlerCheck(warnings).check(tasks);
    new ProfileCheck(warnings).check(root, tasks);
    new NameCheck(warnings).check(root, tasks);
    new ExtensionCheck(warnings).check(root, tasks);
    new ExpressionCheck(warnings).check(root, tasks);
    new KeyCheck(warnings, definition).check(root);
    return warnings.sorted();
  }
}
