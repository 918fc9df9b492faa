package dev.millrace.cli;

import static org.awaitility.Awaitility.await;

import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.common.TopicPartition;

/** What a stage's workers would remember after a crash: the offsets they have committed. */
final class WorkerProgress {
  private final Connection connection;
  private final StageName stage;

  WorkerProgress(Connection connection, StageName stage) {
    this.connection = connection;
    this.stage = stage;
  }

  /** Waits until the first requests of an instance are committed as done. */
  void awaitDone(InstanceId instance, int requests, Duration atMost) {
    var last = requestsOf(instance).get(requests - 1);
    var partition = new TopicPartition(connection.topics().stage(stage), last.partition());
    try (var admin =
        Admin.create(
            Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, connection.bootstrapServers()))) {
      await("done up to " + partition + " " + last.offset())
          .atMost(atMost)
          .until(() -> committed(admin, partition) > last.offset());
    }
  }

  private List<? extends Following.Placed<?>> requestsOf(InstanceId instance) {
    var codecs = connection.codecs();
    try (var queue =
        new Following<>(
            TopicTail.ofTopic(connection.bootstrapServers(), connection.topics().stage(stage)),
            codecs.stageRequests(stage),
            _ -> true)) {
      return queue.soFar().stream()
          .filter(request -> request.value().instanceId().equals(instance))
          .toList();
    }
  }

  private long committed(Admin admin, TopicPartition partition)
      throws ExecutionException, InterruptedException {
    var group = connection.topics().workers(stage);
    var offset =
        admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata().get().get(partition);
    return offset == null ? 0 : offset.offset();
  }
}
