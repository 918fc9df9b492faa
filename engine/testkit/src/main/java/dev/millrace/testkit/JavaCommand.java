package dev.millrace.testkit;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * How to start a Java process with the class path of this one. Start it again after a kill, and it
 * is the same process to whoever depends on its arguments.
 *
 * @param mainClass whose {@code main} runs
 * @param jvmOptions e.g. {@code -Xmx256m}
 * @param arguments of {@code main}
 */
public record JavaCommand(String mainClass, List<String> jvmOptions, List<String> arguments) {
  /** Tests start many short-lived processes: compile quickly rather than well. */
  private static final List<String> QUICK_START =
      List.of("-XX:TieredStopAtLevel=1", "-Xshare:auto", "--enable-native-access=ALL-UNNAMED");

  public JavaCommand {
    jvmOptions = List.copyOf(jvmOptions);
    arguments = List.copyOf(arguments);
  }

  public static JavaCommand of(Class<?> main, String... arguments) {
    return new JavaCommand(main.getName(), List.of(), List.of(arguments));
  }

  public JavaCommand withJvmOptions(String... options) {
    return new JavaCommand(mainClass, List.of(options), arguments);
  }

  /**
   * @throws java.io.UncheckedIOException if no process can be made
   */
  public RunningProcess start() {
    return RunningProcess.start(line());
  }

  private List<String> line() {
    var line = new ArrayList<String>();
    line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    line.addAll(QUICK_START);
    line.addAll(jvmOptions);
    line.add("-classpath");
    line.add(classPath());
    line.add(mainClass);
    line.addAll(arguments);
    return line;
  }

  /** Surefire hides the real one behind a jar that has only a manifest. */
  private static String classPath() {
    return System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
  }
}
