package dev.millrace.core.definition;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** A definition that cannot be used. Carries every problem found, not only the first. */
public final class InvalidDefinitionException extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient List<Problem> problems;
  private final transient Set<String> missing;

  public InvalidDefinitionException(List<Problem> problems) {
    this(problems, Set.of());
  }

  /**
   * @param missing the URIs of what it refers to outside itself and was not given
   */
  public InvalidDefinitionException(List<Problem> problems, Set<String> missing) {
    super(problems.stream().map(Problem::wording).collect(Collectors.joining("\n")));
    this.problems = List.copyOf(problems);
    this.missing = Set.copyOf(missing);
  }

  public List<Problem> problems() {
    return problems;
  }

  /**
   * The URIs of what the definition refers to outside itself and was not given. With these, some of
   * the problems may be none.
   */
  public Set<String> missing() {
    return missing;
  }
}
