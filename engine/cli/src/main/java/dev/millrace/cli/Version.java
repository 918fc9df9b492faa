package dev.millrace.cli;

import java.util.Objects;
import picocli.CommandLine.IVersionProvider;

/** The version the jar's manifest names; a class folder has none. */
final class Version implements IVersionProvider {
  @Override
  public String[] getVersion() {
    var version = Version.class.getPackage().getImplementationVersion();
    return new String[] {
      "millrace "
          + Objects.requireNonNullElse(version, "(development)")
          + " on Java "
          + Runtime.version().feature()
    };
  }
}
