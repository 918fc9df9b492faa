package dev.millrace.core.builder;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;

/** Goes where the first case that matches says. */
public final class SwitchTask extends Task<SwitchTask> {
  SwitchTask(String name) {
    super(name);
    definition().putArray("switch");
  }

  @Override
  SwitchTask self() {
    return this;
  }

  /**
   * @param then a task of the same list, or continue, exit or end
   */
  public SwitchTask on(String name, String jq, String then) {
    var one = JsonNodeFactory.instance.objectNode();
    one.put("when", Expression.jq(jq).toString()).put("then", then);
    definition().withArray("switch").addObject().set(name, one);
    return this;
  }

  /** What happens when nothing matches. */
  public SwitchTask otherwise(String name, String then) {
    var one = JsonNodeFactory.instance.objectNode().put("then", then);
    definition().withArray("switch").addObject().set(name, one);
    return this;
  }
}
