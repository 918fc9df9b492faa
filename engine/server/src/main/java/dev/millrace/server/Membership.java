package dev.millrace.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;

/**
 * The name under which a process is a member of its groups, kept in its data folder: a process that
 * restarts is recognised and gets its partitions back without waiting for the old one to time out.
 */
final class Membership {
  private static final String FILE = "member";

  private Membership() {}

  /**
   * @throws UncheckedIOException if the folder can be neither read nor written
   */
  static String of(Path data) {
    var file = data.resolve(FILE);
    try {
      Files.createDirectories(data);
      if (!Files.exists(file)) {
        Files.writeString(file, "member-" + UUID.randomUUID());
      }
      return Files.readString(file).strip();
    } catch (IOException e) {
      throw new UncheckedIOException("cannot keep this process's name in " + file, e);
    }
  }
}
