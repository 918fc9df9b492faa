package dev.millrace.stages.run;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.withSecrets;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import dev.millrace.stages.secret.SecretFunction;
import dev.millrace.stages.secret.SecretRules;
import dev.millrace.stages.secret.SecretStore;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Real processes that are given secrets: they have them, and nobody hears of it. A process proves
 * that it has one by its length, or by its letters with a space after each.
 */
final class RunSecretsTest {
  private static final String TOKEN = "s3cr3t-f00d";
  private static final String KEY = "-----BEGIN-----\nMIIEpAIBAAKC\n-----END-----";
  private static final String PIN = "042";

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();

  @TempDir private Path data;

  @BeforeEach
  void listen() {
    log.list = new CopyOnWriteArrayList<>();
    log.start();
    ((Logger) LoggerFactory.getLogger(Processes.class)).addAppender(log);
  }

  @AfterEach
  void nothing_of_it_is_in_the_log() {
    ((Logger) LoggerFactory.getLogger(Processes.class)).detachAppender(log);
    assertThat(lines()).noneMatch(line -> line.contains(TOKEN) || line.contains("MIIEpAIB"));
  }

  private List<String> lines() {
    return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  private StageAnswer answer(String function, String arguments, String... pointers)
      throws InterruptedException {
    var settings =
        Map.of(
            RunSettings.ALLOW, "sh, echo, cat, script:js, script:python",
            RunSettings.OUTPUT_BYTES_MAX, "2000");
    var store =
        new SecretStore(
            null,
            Map.of(
                "MILLRACE_SECRET_TOKEN", TOKEN,
                "MILLRACE_SECRET_KEY", KEY,
                "MILLRACE_SECRET_PIN", PIN));
    var spec =
        SecretFunction.all(
            RunStages.spec(new StageSettings(data, settings)), store, SecretRules.everything());
    var request = withSecrets("run", function, json(arguments), pointers);
    return ((Answered) new GuardedStage(spec).execute(request, () -> true)).answer();
  }

  private String shell(String line, String more, String... pointers) throws InterruptedException {
    var arguments = "{'command': '" + line + "', 'computed': false" + more + "}";
    var answer = answer(ShellStage.NAME, arguments, pointers);
    return answer instanceof Completed(var output)
        ? output.isTextual() ? output.asText() : output.toString()
        : "refused: " + ((Refused) answer).error().detail();
  }

  private String withToken(String line, String more) throws InterruptedException {
    return shell(line, more + ", 'environment': {'T': '$secrets.token'}", "/environment/T");
  }

  @Test
  void a_process_has_its_secret_in_the_environment() throws Exception {
    assertThat(withToken("printf %s \\\"$T\\\" | sed \\\"s/./& /g\\\"", ""))
        .isEqualTo("s 3 c r 3 t - f 0 0 d ");
  }

  @Test
  void in_its_arguments_and_its_standard_input() throws Exception {
    assertThat(
            shell(
                "printf %s \\\"$1$(cat)\\\" | wc -c",
                ", 'arguments': ['$secrets.token'], 'stdin': '$secrets.pin'",
                "/arguments/0",
                "/stdin"))
        .isEqualTo(TOKEN.length() + PIN.length() + "\n");
  }

  @Test
  void in_a_computed_command_which_meets_no_shell() throws Exception {
    var computed = "{'command': '$secrets.token', 'computed': true}";
    var refused = (Refused) answer(ShellStage.NAME, computed, "/command");
    assertThat(refused.error().detail()).contains("may not run '***'").doesNotContain(TOKEN);
  }

  @Test
  void a_script_has_its_secret_in_its_arguments() throws Exception {
    for (var code :
        List.of(
            "{'language': 'python', 'code': 'print(len(token), token)'",
            "{'language': 'js', 'code': 'console.log(token.length, token)'")) {
      var arguments = code + ", 'arguments': {'token': '$secrets.token'}}";
      assertThat(answer(ScriptStage.NAME, arguments, "/arguments/token"))
          .isEqualTo(new Completed(json("'" + TOKEN.length() + " ***\\n'")));
    }
  }

  @Test
  void what_it_writes_loses_the_secret_on_either_stream() throws Exception {
    assertThat(withToken("echo one $T; echo two $T >&2", ", 'return': 'all'"))
        .isEqualTo("{\"code\":0,\"stdout\":\"one ***\\n\",\"stderr\":\"two ***\\n\"}");
    assertThat(lines())
        .contains("order-1 /do/0/work out: one ***", "order-1 /do/0/work err: two ***");
  }

  @Test
  void what_a_failure_says_too() throws Exception {
    assertThat(withToken("echo no entry for $T >&2; exit 7", ""))
        .isEqualTo("refused: the shell line ended with exit code 7: no entry for ***");
  }

  @Test
  void a_secret_that_comes_in_two_pieces_is_still_one() throws Exception {
    assertThat(withToken("printf s3cr; sleep 0.2; echo 3t-f00d", "")).isEqualTo("***\n");
    assertThat(lines()).contains("order-1 /do/0/work out: ***");
  }

  @Test
  void a_line_that_is_cut_cuts_no_secret() throws Exception {
    var before = BoundedOutput.LINE_BYTES_MAX - 4;
    withToken("printf \\\"%" + before + "s%s\\\" x $T", "");
    assertThat(lines()).noneMatch(line -> line.contains("s3cr")).anyMatch(l -> l.contains("x***"));
  }

  /** Kept are 1,000 bytes of the beginning and 1,000 of the end. */
  @Test
  void output_that_is_cut_cuts_no_secret() throws Exception {
    var text = withToken("printf \\\"%996s%s%9000s%s%995s\\\" a $T b $T c", "");
    assertThat(text)
        .contains("bytes left out")
        .doesNotContain("s3cr")
        .doesNotContain("f00d")
        .contains("a***");
  }

  @Test
  void a_secret_of_several_lines_is_masked_as_a_whole_and_by_line() throws Exception {
    var key = ", 'environment': {'K': '$secrets.key'}";
    assertThat(shell("echo \\\"$K\\\"", key, "/environment/K")).isEqualTo("***\n");
    assertThat(shell("echo \\\"$K\\\" | grep MII", key, "/environment/K")).isEqualTo("***\n");
  }

  @Test
  void a_short_secret_is_masked_where_it_is_all_there_is() throws Exception {
    var pin = ", 'environment': {'P': '$secrets.pin'}";
    assertThat(shell("echo $P", pin, "/environment/P")).isEqualTo("***");
    assertThat(lines()).contains("order-1 /do/0/work out: ***");
  }

  @Test
  void a_message_that_is_cut_cuts_no_secret() throws Exception {
    var expression = "(\\\"" + "a".repeat(94) + "; \\\" + $secrets.token)";
    var arguments = "{'command': '" + expression + "', 'computed': true}";
    var refused = (Refused) answer(ShellStage.NAME, arguments, "/command");
    assertThat(refused.error().detail()).contains("would need one").doesNotContain("s3c");
  }
}
