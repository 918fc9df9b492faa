package dev.millrace.stages.run;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where one attempt works, and where its script lies; removed with all it holds, but for a folder
 * the worker's owner named.
 */
final class Workplace implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Workplace.class);

  /** Arguments that lie here may be secrets. */
  private static final FileAttribute<?> OF_OWNER =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));

  private final Path own;
  private final Path folder;

  private Workplace(Path own, Path folder) {
    this.own = own;
    this.folder = folder;
  }

  static Workplace open(RunSettings settings, String attempt) throws IOException {
    var own = Files.createDirectories(settings.scratch()).resolve(attempt);
    Files.createDirectory(own, OF_OWNER);
    var work = Files.createDirectories(own.resolve("work"));
    Files.createDirectories(own.resolve("script"));
    var named = settings.folder();
    return new Workplace(own, named == null ? work : named);
  }

  /** Of the process. */
  Path folder() {
    return folder;
  }

  /** A home and a place for temporary files, which is empty. */
  Path home() {
    return own.resolve("work");
  }

  /** A file beside, not in, the folder. */
  Path file(String name, String content) throws IOException {
    return Files.writeString(own.resolve("script").resolve(name), content);
  }

  @Override
  public void close() {
    try {
      Files.walkFileTree(own, new Removal());
    } catch (IOException e) {
      LOG.warn("cannot remove {}", own, e);
    }
  }

  /** Follows no links: what a process linked to is not its own. */
  private static final class Removal extends SimpleFileVisitor<Path> {
    @Override
    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
      Files.delete(file);
      return FileVisitResult.CONTINUE;
    }

    @Override
    public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failure)
        throws IOException {
      Files.delete(folder);
      return FileVisitResult.CONTINUE;
    }
  }
}
