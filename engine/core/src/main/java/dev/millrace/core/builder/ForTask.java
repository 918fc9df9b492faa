package dev.millrace.core.builder;

import java.util.List;

/** Tasks for each item, one item after the other. */
public final class ForTask extends Task<ForTask> {
  ForTask(String name, String each, Object in, List<Task<?>> body) {
    super(name);
    setIn("for", "each", each);
    setIn("for", "in", in);
    setList("do", body);
  }

  @Override
  ForTask self() {
    return this;
  }

  /** Name of the variable that holds the index; {@code index} unless given. */
  public ForTask at(String variable) {
    return setIn("for", "at", variable);
  }

  /** Ends the loop when false; checked before each iteration. */
  public ForTask repeatWhile(String jq) {
    return set("while", Expression.jq(jq));
  }
}
