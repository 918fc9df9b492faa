package dev.millrace.wire;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The repository's {@code schemas/} folder. What was released there is never written again; with
 * {@code -Dmillrace.golden.write=missing} what is missing is added.
 */
final class SchemasFolder {
  static final String HOW_TO_ADD =
      "; add what is missing with: mvn test -pl engine/wire -am"
          + " -Dtest='GoldenSamplesTest,ReleasedSchemasTest'"
          + " -Dsurefire.failIfNoSpecifiedTests=false -Dmillrace.golden.write=missing";
  private static final Path ROOT = Path.of("..", "..", "schemas");

  private SchemasFolder() {}

  static Path golden() {
    return ROOT.resolve("golden").resolve("v1");
  }

  static Path released() {
    return ROOT.resolve("released");
  }

  static boolean addsMissing() {
    return "missing".equals(System.getProperty("millrace.golden.write"));
  }

  /**
   * @throws UncheckedIOException if the file exists: the released is not rewritten
   */
  static void add(Path file, byte[] bytes) {
    try {
      Files.createDirectories(file.getParent());
      Files.write(file, bytes, StandardOpenOption.CREATE_NEW);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
