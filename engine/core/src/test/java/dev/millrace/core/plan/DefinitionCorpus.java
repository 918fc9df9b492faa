package dev.millrace.core.plan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Every definition that stands anywhere in this checkout: files, scenarios, and text blocks of
 * tests, whole or as a list of tasks. Grows by itself.
 */
final class DefinitionCorpus {
  private static final Pattern TEXT_BLOCK =
      Pattern.compile("\"\"\"(?:yaml)?\\s*?\\n(?<text>.*?)\"\"\"", Pattern.DOTALL);
  private static final Pattern LITERAL =
      Pattern.compile("(?<!\")\"(?<text>- (?:[^\"\\\\\n]|\\\\.)+)\"");
  private static final Pattern DOCUMENT = Pattern.compile("(?m)^document:");

  private static final Pattern BODY = Pattern.compile("(?m)^do:");

  private DefinitionCorpus() {}

  /**
   * @param place where it stands, for a failing test to say
   */
  record Entry(String place, String definition) {}

  /** Definitions in YAML files. */
  static List<Entry> files() {
    return under(root(), ".yaml").stream()
        .map(file -> new Entry(root().relativize(file).toString(), text(file)))
        .filter(entry -> isDefinition(entry.definition()))
        .toList();
  }

  /** The definitions beside the repository; empty where it stands alone. */
  static List<Entry> beside(String folder, String suffix) {
    return shared(folder).stream()
        .flatMap(path -> under(path, suffix).stream())
        .flatMap(file -> entries(file).stream())
        .toList();
  }

  /** Those in the texts of tests and scenarios. */
  static List<Entry> inTests() {
    return Stream.of(".java", ".feature")
        .flatMap(suffix -> under(root(), suffix).stream())
        .filter(
            file -> file.toString().contains("/src/test/") || file.toString().endsWith(".feature"))
        .flatMap(file -> entries(file).stream())
        .toList();
  }

  static Path root() {
    return upwards()
        .filter(folder -> Files.isExecutable(folder.resolve("millrace")))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("no launcher above the working directory"));
  }

  private static Optional<Path> shared(String folder) {
    return upwards()
        .map(parent -> parent.resolve("shared").resolve(folder))
        .filter(Files::isDirectory)
        .findFirst();
  }

  private static Stream<Path> upwards() {
    return Stream.iterate(Path.of("").toAbsolutePath(), path -> path != null, Path::getParent);
  }

  private static List<Entry> entries(Path file) {
    if (file.toString().endsWith(".yaml")) {
      return List.of(new Entry(file.toString(), text(file)));
    }
    var entries = new ArrayList<Entry>();
    TEXT_BLOCK.matcher(text(file)).results().forEach(block -> add(entries, file, block));
    LITERAL.matcher(text(file)).results().forEach(literal -> add(entries, file, literal));
    return entries;
  }

  private static void add(List<Entry> entries, Path file, MatchResult block) {
    var text = block.group(1).stripIndent();
    var unescaped = file.toString().endsWith(".java") ? unescaped(text) : text;
    var place = file + " at " + block.start();
    if (isDefinition(unescaped)) {
      entries.add(new Entry(place, unescaped));
    } else if (unescaped.startsWith("- ")) {
      entries.add(new Entry(place, Definitions.definition(unescaped)));
    } else if (BODY.matcher(unescaped).find()) {
      entries.add(new Entry(place, Definitions.HEAD + unescaped));
    }
  }

  private static String unescaped(String text) {
    try {
      return text.translateEscapes();
    } catch (IllegalArgumentException _) {
      return text;
    }
  }

  private static boolean isDefinition(String text) {
    return DOCUMENT.matcher(text).find() && text.contains("dsl:");
  }

  private static List<Path> under(Path folder, String suffix) {
    try (var files = Files.walk(folder)) {
      return files
          .filter(file -> file.toString().endsWith(suffix))
          .filter(file -> !file.toString().contains("/target/"))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
