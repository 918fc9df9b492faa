package dev.millrace.stages.run;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One process, from its start to the end of everything it began.
 *
 * @param words program and arguments
 * @param environment all of it; nothing is inherited
 * @param mark value in that environment that nothing else on this machine has
 * @param outputBytesMax of each stream that is kept
 */
record ProcessRun(
    List<String> words,
    Map<String, String> environment,
    Path folder,
    @Nullable String stdin,
    String mark,
    int outputBytesMax) {

  /** How long what the process left behind may go on writing. */
  static final Duration LEFTOVERS_MAX = Duration.ofSeconds(1);

  private static final Logger LOG = LoggerFactory.getLogger(ProcessRun.class);

  /** Gets lines of the two streams while the process runs. */
  record Listener(Consumer<String> stdout, Consumer<String> stderr) {}

  /**
   * Runs it and waits for its end. Whatever happens, nothing of it is left running.
   *
   * @param redaction of what it writes
   * @throws IOException if it cannot be started
   * @throws InterruptedException if its time is over; it has been killed
   */
  ProcessResult run(ProcessRedaction redaction, Listener listener)
      throws IOException, InterruptedException {
    var stdout = new BoundedOutput(outputBytesMax, redaction, listener.stdout());
    var stderr = new BoundedOutput(outputBytesMax, redaction, listener.stderr());
    var process = start();
    try {
      var readers =
          List.of(
              reader("stdout", stdout, process.getInputStream()),
              reader("stderr", stderr, process.getErrorStream()));
      thread("stdin", () -> feed(process));
      var code = process.waitFor();
      await(readers);
      ProcessTree.kill(process, mark);
      await(readers);
      return new ProcessResult(code, stdout.text(), stderr.text());
    } finally {
      ProcessTree.kill(process, mark);
    }
  }

  private Process start() throws IOException {
    var builder = new ProcessBuilder(words).directory(folder.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Thread reader(String name, BoundedOutput output, InputStream stream) {
    return thread(
        name,
        () -> {
          try (stream) {
            output.read(stream);
          } catch (IOException e) {
            LOG.debug("{} ended", name, e);
          }
        });
  }

  /** Pipes block in native code, which would pin the carrier of a virtual thread. */
  private static Thread thread(String name, Runnable work) {
    return Thread.ofPlatform().daemon().name("run-" + name).start(work);
  }

  private void feed(Process process) {
    try (var stream = process.getOutputStream()) {
      if (stdin != null) {
        stream.write(stdin.getBytes(StandardCharsets.UTF_8));
      }
    } catch (IOException e) {
      LOG.debug("the process did not read all of its input", e);
    }
  }

  private static void await(List<Thread> readers) throws InterruptedException {
    for (var reader : readers) {
      reader.join(LEFTOVERS_MAX);
    }
  }
}
