package dev.millrace.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.function.Function;

/**
 * Where the command line writes, and whether a person watches.
 *
 * @param out results; what a script reads
 * @param err everything else: progress, problems
 * @param colour whether escape sequences for colours may be written
 * @param live whether a line may be overwritten in place
 */
public record Terminal(PrintWriter out, PrintWriter err, boolean colour, boolean live) {

  /** The process's own: colours only for a person, and not for one who set {@code NO_COLOR}. */
  public static Terminal ofProcess(Function<String, String> environment) {
    var person = System.console() != null && System.console().isTerminal();
    var noColour = environment.apply("NO_COLOR");
    return new Terminal(
        new PrintWriter(System.out, true, StandardCharsets.UTF_8),
        new PrintWriter(System.err, true, StandardCharsets.UTF_8),
        person && (noColour == null || noColour.isEmpty()),
        person);
  }

  /** Plain text, for a program or a test. */
  public static Terminal plain(PrintWriter out, PrintWriter err) {
    return new Terminal(out, err, false, false);
  }

  public void say(String line) {
    out.println(line);
    out.flush();
  }

  public void note(String line) {
    err.println(line);
    err.flush();
  }

  /** Replaces the line written last in the same way; a no-op where lines cannot be replaced. */
  public void replaceLine(String line) {
    if (live) {
      err.print("\r\u001b[2K" + line);
      err.flush();
    }
  }

  public String bold(String text) {
    return styled("1", text);
  }

  public String dim(String text) {
    return styled("2", text);
  }

  public String red(String text) {
    return styled("31", text);
  }

  public String green(String text) {
    return styled("32", text);
  }

  public String yellow(String text) {
    return styled("33", text);
  }

  private String styled(String code, String text) {
    return colour ? "\u001b[" + code + "m" + text + "\u001b[0m" : text;
  }
}
