package dev.millrace.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.sagas.order.OrderSaga;
import java.nio.file.Path;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MillraceTest {
  @TempDir Path home;

  @Test
  void help_lists_every_exit_code_with_its_meaning() {
    var run = CommandLineRun.of("--help");
    assertThat(run.exit()).isZero();
    assertThat(ExitCode.meanings().values()).allSatisfy(m -> assertThat(run.out()).contains(m));
  }

  @Test
  void without_a_command_it_shows_the_help() {
    assertThat(CommandLineRun.of().out()).contains("Commands:");
  }

  @Test
  void a_misspelt_command_names_the_nearest_one() {
    var run = CommandLineRun.of("brokr");
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("brokr", "millrace broker", "millrace --help");
  }

  @Test
  void a_wrong_option_says_where_to_look() {
    var run = CommandLineRun.of("broker", "--prot", "1");
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("--prot", "millrace broker --help");
  }

  @Test
  void without_an_engine_or_an_address_it_says_what_to_do() {
    var run = CommandLineRun.of("dead-letters", "--home", home.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.UNREACHABLE.code());
    assertThat(run.err()).contains("millrace dev", "--bootstrap").doesNotContain("Exception");
  }

  @Test
  void a_broker_that_does_not_answer_is_named() {
    var run =
        CommandLineRun.of("dead-letters", "--home", home.toString(), "--bootstrap", "localhost:1");
    assertThat(run.exit()).isEqualTo(ExitCode.UNREACHABLE.code());
    assertThat(run.err()).contains("no Kafka broker answers at localhost:1");
  }

  @Test
  void a_namespace_that_is_none_is_wrong_usage() {
    var run =
        CommandLineRun.of(
            "dead-letters", "--home", home.toString(), "-b", "localhost:1", "-n", "No Good");
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("No Good");
  }

  @Test
  void colours_are_for_terminals_only() {
    assertThat(CommandLineRun.of("--help").out()).doesNotContain("\u001b[");
  }

  @Test
  void a_demo_without_a_name_lists_them() {
    var run = CommandLineRun.of("demo");
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("say which demo: ", "rag", "order", "travel");
  }

  @Test
  void a_ruling_that_is_none_names_those_there_are() {
    var run = CommandLineRun.of("settle", "o-1", "rertry", "--home", home.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("rertry", "RETRY", "SKIP", "RESOLVE");
  }

  @Test
  void a_signal_whose_data_are_not_json_is_wrong_usage() {
    var run = CommandLineRun.of("signal", "o-1", "approval", "{no", "--home", home.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("not JSON");
  }

  @Test
  void a_demo_settles_what_it_lets_fail_only() {
    var run =
        CommandLineRun.of(
            "demo", "order", "--fail", "ship", "--settle", "skip", "--home", home.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("--fail refund");
  }

  @Test
  void a_step_that_is_none_is_no_place_to_cancel_at() {
    var run =
        CommandLineRun.of("demo", "coding", "--cancel-at", "implemnt", "--home", home.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err())
        .contains("'implemnt' (did you mean 'implement'?)", "plan, implement, unit-test");
    assertThat(CommandLineRun.of("demo", "coding", "--help").out())
        .contains("unit-test, fix-tests");
  }

  @Test
  void a_question_is_an_argument_and_there_is_one() {
    var run =
        CommandLineRun.of("demo", "rag", "Why?", "--question", "How?", "--home", home.toString());
    assertThat(run.exit()).isEqualTo(ExitCode.USAGE.code());
    assertThat(run.err()).contains("one question at a time");
  }

  @Test
  void the_help_lists_every_mishap_an_order_can_have() {
    var help = CommandLineRun.of("demo", "order", "--help").out();
    for (var mishap : OrderSaga.Mishap.values()) {
      assertThat(help).contains(mishap.name().toLowerCase(Locale.ROOT) + ":");
    }
  }
}
