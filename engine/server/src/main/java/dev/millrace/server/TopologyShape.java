package dev.millrace.server;

import dev.millrace.topology.TopologySettings;
import dev.millrace.topology.WorkflowTopology;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Topics;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.TopologyDescription;
import org.apache.kafka.streams.TopologyDescription.GlobalStore;
import org.apache.kafka.streams.TopologyDescription.Node;
import org.apache.kafka.streams.TopologyDescription.Processor;
import org.apache.kafka.streams.TopologyDescription.Sink;
import org.apache.kafka.streams.TopologyDescription.Source;

/** The Kafka topology that runs a namespace, for showing. The same whatever is deployed. */
public final class TopologyShape {
  private final TopologyDescription description;

  private TopologyShape(TopologyDescription description) {
    this.description = description;
  }

  public static TopologyShape of(Topics topics) {
    var topology =
        WorkflowTopology.build(
            AvroCodecs.embedded(topics),
            _ -> {
              throw new IllegalStateException("a topology that is only shown loads no plan");
            },
            TopologySettings.DEFAULT);
    return new TopologyShape(topology.describe());
  }

  /** As Kafka Streams itself words it. */
  public List<String> lines() {
    return description.toString().stripTrailing().lines().toList();
  }

  /**
   * As a Mermaid flowchart.
   *
   * @see <a href="https://mermaid.js.org/syntax/flowchart.html">Mermaid, Flowcharts</a>
   */
  public List<String> diagram() {
    return new Diagram().of(description);
  }

  /** One node for every topic, processor and store; topics are shared between sub-topologies. */
  private static final class Diagram {
    private final Map<String, String> ids = new LinkedHashMap<>();
    private final List<String> shared = new ArrayList<>();
    private final List<String> inside = new ArrayList<>();
    private final List<String> edges = new ArrayList<>();

    List<String> of(TopologyDescription description) {
      for (var part : description.subtopologies()) {
        inside.add("  subgraph part" + part.id() + " [\"sub-topology " + part.id() + "\"]");
        part.nodes().forEach(this::add);
        inside.add("  end");
      }
      description.globalStores().forEach(this::add);
      var lines = new ArrayList<String>();
      lines.add("flowchart LR");
      lines.addAll(inside);
      lines.addAll(shared);
      lines.addAll(edges);
      return List.copyOf(lines);
    }

    private void add(GlobalStore global) {
      for (var store : global.processor().stores()) {
        for (var topic : global.source().topicSet()) {
          edge(topic(topic), store(store));
        }
      }
    }

    private void add(Node node) {
      switch (node) {
        case Source source -> source.topicSet().forEach(topic -> fromTopic(topic, source));
        case Sink sink -> toTopic(sink);
        case Processor processor -> processor(processor);
        default -> throw new IllegalStateException("a node of an unknown kind: " + node);
      }
    }

    private void fromTopic(String topic, Source source) {
      for (var successor : source.successors()) {
        edge(topic(topic), id("node " + successor.name()));
      }
    }

    private void toTopic(Sink sink) {
      var topic = sink.topic() == null ? "the outbox: one topic for each stage" : sink.topic();
      for (var predecessor : sink.predecessors()) {
        edge(id("node " + predecessor.name()), topic(topic));
      }
    }

    private void processor(Processor processor) {
      var id = id("node " + processor.name());
      inside.add("    " + id + "[\"" + processor.name() + "\"]");
      for (var store : processor.stores()) {
        edge(id, store(store));
      }
    }

    private String topic(String name) {
      return node("topic " + name, "[/\"" + name + "\"/]");
    }

    private String store(String name) {
      return node("store " + name, "[(\"" + name + "\")]");
    }

    private String node(String key, String shape) {
      var isNew = !ids.containsKey(key);
      var id = id(key);
      if (isNew) {
        shared.add("  " + id + shape);
      }
      return id;
    }

    private String id(String key) {
      return ids.computeIfAbsent(key, _ -> "t" + ids.size());
    }

    private void edge(String from, String to) {
      edges.add("  " + from + " --> " + to);
    }
  }
}
