package dev.millrace.stages.worker;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.NullNode;
import dev.millrace.core.StageName;
import dev.millrace.core.stage.CallPolicy;
import dev.millrace.core.stage.CallPolicy.RateLimit;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.Test;

/** What a worker has done, as whoever watches the process sees it. */
final class WorkerMetricsTest {
  private static final MBeanServer JMX = ManagementFactory.getPlatformMBeanServer();
  private static final String SHED =
      "dev.millrace:type=stage-policy,stage=metered,workflow=\"shop/order\",policy=payments,"
          + "limit=rateLimit";

  private static Object value(String bean, String attribute) throws Exception {
    return JMX.getAttribute(new ObjectName(bean), attribute);
  }

  @Test
  void counts_of_a_worker_and_of_its_policies_are_in_jmx_while_it_runs() throws Exception {
    var guarded = new GuardedStage(StageSpec.of("metered", _ -> new Completed(NullNode.instance)));
    var tally = new Tally();
    var policy =
        new CallPolicy(
            "shop/order",
            "payments",
            null,
            null,
            new RateLimit(1, Duration.ofHours(1), Duration.ZERO));
    try (var _ = new WorkerMetrics(new StageName("metered"), tally::counts, guarded.shed())) {
      tally.executed.add(3);
      assertThat(value("dev.millrace:type=stage-worker,stage=metered", "executed-total"))
          .isEqualTo(3L);
      assertThat(JMX.isRegistered(new ObjectName(SHED))).isFalse();
      for (var i = 0; i < 3; i++) {
        guarded.execute(request("metered", "metered", json("{}")).withPolicy(policy), () -> true);
      }
      assertThat(value(SHED, "shed-total")).isEqualTo(2L);
    }
    assertThat(JMX.isRegistered(new ObjectName(SHED))).isFalse();
  }
}
