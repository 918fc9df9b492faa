package dev.millrace.cli;

import java.util.Locale;

/** Who reads the output. */
enum OutputFormat {
  TEXT,
  JSON;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
