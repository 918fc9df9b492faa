package dev.millrace.core.diff;

import dev.millrace.core.DefinitionId;
import dev.millrace.core.diff.Change.Impact;
import java.lang.module.ModuleDescriptor.Version;

/** A version in three numbers, perhaps with more behind them; ordered as the engine orders. */
record SemanticVersion(String text) implements Comparable<SemanticVersion> {

  static SemanticVersion of(DefinitionId id) {
    return new SemanticVersion(id.version());
  }

  static SemanticVersion of(String text) {
    return new SemanticVersion(text);
  }

  /** The next one that a change of this impact is worth; before 1.0.0 everything may change. */
  String next(Impact impact) {
    var numbers = text.split("[-+]", 2)[0].split("\\.", 3);
    var major = Long.parseLong(numbers[0]);
    var minor = Long.parseLong(numbers[1]);
    var patch = Long.parseLong(numbers[2]);
    return switch (impact) {
      case MAJOR -> major == 0 ? "0." + (minor + 1) + ".0" : (major + 1) + ".0.0";
      case MINOR -> major + "." + (minor + 1) + ".0";
      case PATCH -> major + "." + minor + "." + (patch + 1);
    };
  }

  @Override
  public int compareTo(SemanticVersion other) {
    return Version.parse(text).compareTo(Version.parse(other.text));
  }
}
