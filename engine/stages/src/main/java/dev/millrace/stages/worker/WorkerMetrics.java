package dev.millrace.stages.worker;

import dev.millrace.core.StageName;
import dev.millrace.stages.guard.ShedCounts;
import dev.millrace.stages.guard.ShedCounts.Shedding;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.MetricName;
import org.apache.kafka.common.metrics.Gauge;
import org.apache.kafka.common.metrics.JmxReporter;
import org.apache.kafka.common.metrics.KafkaMetricsContext;
import org.apache.kafka.common.metrics.MetricConfig;
import org.apache.kafka.common.metrics.Metrics;
import org.apache.kafka.common.utils.Time;

/**
 * What a worker has done, where the metrics of Kafka's clients are: in JMX, as {@code
 * dev.millrace:type=stage-worker,stage=…}, and what policies have sent away as {@code
 * dev.millrace:type=stage-policy,stage=…,workflow=…,policy=…,limit=…}.
 */
final class WorkerMetrics implements AutoCloseable {
  static final String DOMAIN = "dev.millrace";
  static final String WORKER = "stage-worker";
  static final String POLICY = "stage-policy";

  private final Metrics metrics =
      new Metrics(
          new MetricConfig(),
          List.of(new JmxReporter()),
          Time.SYSTEM,
          new KafkaMetricsContext(DOMAIN));
  private final StageName stage;
  private final ShedCounts shed;

  WorkerMetrics(StageName stage, Supplier<WorkerCounts> counts, ShedCounts shed) {
    this.stage = stage;
    this.shed = shed;
    of(counts, "executed", WorkerCounts::executed, "requests whose function ran and answered");
    of(counts, "expired", WorkerCounts::expired, "requests that came after their deadline");
    of(counts, "remembered", WorkerCounts::remembered, "requests that were done before a restart");
    of(counts, "dead-lettered", WorkerCounts::deadLettered, "records that became dead letters");
    of(counts, "oversize", WorkerCounts::oversize, "answers too large for a record");
    of(counts, "failed", WorkerCounts::failed, "requests nobody waits for that failed");
    of(counts, "restarts", WorkerCounts::restarts, "of the worker after a failure");
    shed.onFirst(this::add);
  }

  private void of(
      Supplier<WorkerCounts> counts,
      String what,
      ToLongFunction<WorkerCounts> count,
      String description) {
    var name =
        metrics.metricName(what + "-total", WORKER, description, Map.of("stage", stage.value()));
    metrics.addMetric(name, (Gauge<Long>) (_, _) -> count.applyAsLong(counts.get()));
  }

  private void add(Shedding shedding) {
    metrics.addMetricIfAbsent(name(shedding), null, (Gauge<Long>) (_, _) -> shed.count(shedding));
  }

  private MetricName name(Shedding shedding) {
    var tags = new LinkedHashMap<String, String>();
    tags.put("stage", stage.value());
    tags.put("workflow", shedding.workflow());
    tags.put("policy", shedding.policy());
    tags.put("limit", shedding.limit().word());
    return metrics.metricName("shed-total", POLICY, "requests this limit sent away", tags);
  }

  @Override
  public void close() {
    metrics.close();
  }
}
