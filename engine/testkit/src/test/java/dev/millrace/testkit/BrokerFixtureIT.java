package dev.millrace.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;

class BrokerFixtureIT {

  @Test
  void every_caller_gets_the_same_broker() throws Exception {
    var servers = BrokerFixture.bootstrapServers();

    assertThat(BrokerFixture.bootstrapServers()).isEqualTo(servers);
    try (var admin = Admin.create(Map.of("bootstrap.servers", servers))) {
      assertThat(admin.describeCluster().nodes().get()).hasSize(1);
    }
  }

  @Test
  void every_caller_gets_another_namespace() {
    assertThat(BrokerFixture.namespace()).isNotEqualTo(BrokerFixture.namespace());
  }
}
