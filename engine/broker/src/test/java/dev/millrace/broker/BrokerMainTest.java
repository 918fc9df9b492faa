package dev.millrace.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class BrokerMainTest {

  @Test
  void without_ports_it_listens_at_kafkas_usual_one() {
    assertThat(BrokerMain.settings("--data", "here"))
        .isEqualTo(new BrokerSettings(Path.of("here"), 9092, 0));
  }

  @Test
  void a_misspelled_option_is_named() {
    assertThatThrownBy(() -> BrokerMain.settings("--dta", "here"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--dta");
  }

  @Test
  void the_data_folder_has_to_be_named() {
    assertThatThrownBy(() -> BrokerMain.settings("--port", "1"))
        .hasMessage("--data DIR is missing");
  }

  @Test
  void a_port_beyond_tcp_is_refused() {
    assertThatThrownBy(() -> BrokerMain.settings("--data", "here", "--port", "70000"))
        .hasMessageContaining("70000");
  }
}
