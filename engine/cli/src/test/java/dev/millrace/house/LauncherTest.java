package dev.millrace.house;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

/** The script that starts everything, as far as it goes without a build. */
class LauncherTest {
  private static final int EXIT_USAGE = 2;

  @Test
  void a_class_path_that_leads_nowhere_is_told() throws IOException, InterruptedException {
    var root = Repository.ofThisCheckout().root();
    var launcher =
        new ProcessBuilder("bash", root.resolve("millrace").toString(), "--help")
            .redirectErrorStream(true);
    launcher.environment().put("MILLRACE_CLASSPATH", root + "/*:nosuch.jar");
    var process = launcher.start();
    var said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isEqualTo(EXIT_USAGE);
    assertThat(said).contains("MILLRACE_CLASSPATH: there is no nosuch.jar");
  }
}
