package dev.millrace.sagas.agents;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** A way to let models work, each a definition in the namespace {@code agents}. */
public enum AgentPattern {
  /** The model calls tools of an MCP server, at most eight turns. */
  TOOLS(
      List.of("tool-agent"),
      "goal",
      "How many blue teapots can we ship today, and what do twelve of them cost?"),
  /** Classify, then one of several specialists. */
  ROUTING(List.of("router"), "question", "Can the blue mug go into the dishwasher?"),
  /** Outline, gate, text, polish. */
  CHAIN(List.of("chain"), "topic", "Why glazes crack"),
  /** Draft and critique in turn, at most three rounds. */
  REFLECTION(
      List.of("reflection"), "task", "Tell customers in two sentences what the mug is made of"),
  /** Researchers side by side, then an analyst, then a writer. */
  RESEARCH(
      List.of("research", "researcher", "analyst", "writer"),
      "question",
      "Does the pottery need a second kiln?");

  private final List<String> definitions;
  private final String asked;
  private final String sample;

  AgentPattern(List<String> definitions, String asked, String sample) {
    this.definitions = definitions;
    this.asked = asked;
    this.sample = sample;
  }

  /** The workflow, as {@code namespace/name}. */
  public String workflow() {
    return "agents/" + definitions.getFirst();
  }

  /** What the script that ships has replies for. */
  public String sample() {
    return sample;
  }

  /** The definitions it needs, the one that is started first. */
  public List<String> sources() {
    return definitions.stream().map(name -> AgentsSaga.text(name + ".yaml")).toList();
  }

  /**
   * @param text what the agents are to do
   * @param server command of the MCP server
   */
  public ObjectNode input(String text, String server) {
    var input = JsonNodeFactory.instance.objectNode().put(asked, text);
    return switch (this) {
      case TOOLS, RESEARCH -> input.put("server", server);
      case ROUTING, CHAIN, REFLECTION -> input;
    };
  }
}
