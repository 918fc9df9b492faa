package dev.millrace.load;

import dev.millrace.server.MillraceNode;
import dev.millrace.wire.AvroCodecs;
import dev.millrace.wire.Topics;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * Throughput and latency of the three-task no-op workflow, with broker, engine and stage in this
 * one process.
 *
 * <p>Arguments: seconds of warm-up, of the closed loop, and of each open loop. Figures of different
 * runs on a shared machine do not compare; ratios within one run do.
 */
public final class NoopLoad {
  private static final Duration READY_MAX = Duration.ofSeconds(90);
  private static final int IN_FLIGHT = 2_000;
  private static final List<Integer> RATES_PER_SECOND = List.of(20, 200);

  private NoopLoad() {}

  public static void main(String[] arguments) throws Exception {
    var seconds = Arrays.stream(arguments).mapToInt(Integer::parseInt).toArray();
    var data = Files.createTempDirectory(Path.of("target"), "load-");
    var topics = new Topics("load");
    try (var node = MillraceNode.startWithBroker(data, 0, topics, List.of(NoopWorkflow.stage()))) {
      if (!node.awaitReady(READY_MAX)) {
        throw new IllegalStateException("not ready within " + READY_MAX);
      }
      run(node, AvroCodecs.embedded(topics), seconds);
    }
  }

  private static void run(MillraceNode node, AvroCodecs codecs, int[] seconds) throws Exception {
    try (var traffic = new Traffic(node.bootstrapServers(), codecs)) {
      traffic.deploy(NoopWorkflow.DEFINITION, NoopWorkflow.stage());
      traffic.open();
      say("warm-up", traffic.closedLoop(IN_FLIGHT, Duration.ofSeconds(seconds[0])));
      say(
          "closed loop, " + IN_FLIGHT + " in flight",
          traffic.closedLoop(IN_FLIGHT, Duration.ofSeconds(seconds[1])));
      for (int rate : RATES_PER_SECOND) {
        say(rate + "/s", traffic.openLoop(rate, Duration.ofSeconds(seconds[2])));
      }
    }
  }

  private static void say(String what, Measurement measurement) {
    System.out.println(what + ": " + measurement);
  }
}
