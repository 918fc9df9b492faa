package dev.millrace.cli;

import java.io.PrintWriter;
import java.io.StringWriter;

/** One command line run in this process, and what it left. */
record CommandLineRun(int exit, String out, String err) {

  static CommandLineRun of(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    var terminal = Terminal.plain(new PrintWriter(out, true), new PrintWriter(err, true));
    var exit = Millrace.run(terminal, arguments);
    return new CommandLineRun(exit, out.toString(), err.toString());
  }

  /** A terminal nobody reads. */
  static Terminal silent() {
    return Terminal.plain(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()));
  }
}
