package dev.millrace.load;

import dev.millrace.core.plan.LifecycleLevel;
import dev.millrace.server.MillraceNode;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * What lifecycle events cost: the three-task no-op workflow at every level, in turns within one
 * process, so that what else the machine does meets all of them. Compare the processor time.
 *
 * <p>Arguments: seconds of warm-up, of each turn, and how many turns each level has.
 */
public final class LifecycleLoad {
  private static final Duration READY_MAX = Duration.ofSeconds(90);
  private static final int IN_FLIGHT = 2_000;

  private LifecycleLoad() {}

  public static void main(String[] arguments) throws Exception {
    var warmUp = Duration.ofSeconds(Integer.parseInt(arguments[0]));
    var turn = Duration.ofSeconds(Integer.parseInt(arguments[1]));
    var turns = Integer.parseInt(arguments[2]);
    var data = Files.createTempDirectory(Path.of("target"), "load-");
    var topics = new Topics("load");
    try (var node = MillraceNode.startWithBroker(data, 0, topics, List.of(NoopWorkflow.stage()))) {
      if (!node.awaitReady(READY_MAX)) {
        throw new IllegalStateException("not ready within " + READY_MAX);
      }
      try (var traffic = new Traffic(node.bootstrapServers(), AvroCodecs.embedded(topics))) {
        for (var level : LifecycleLevel.values()) {
          traffic.deploy(NoopWorkflow.definition(level), NoopWorkflow.stage());
        }
        traffic.open();
        turns(traffic, "warm-up", warmUp, 1);
        turns(traffic, "turn", turn, turns);
      }
    }
  }

  private static void turns(Traffic traffic, String what, Duration duration, int count) {
    for (int i = 1; i <= count; i++) {
      for (var level : LifecycleLevel.values()) {
        traffic.starts(NoopWorkflow.name(level));
        var measurement = traffic.closedLoop(IN_FLIGHT, duration);
        System.out.println(what + " " + i + ", " + level.word() + ": " + measurement);
      }
    }
  }
}
