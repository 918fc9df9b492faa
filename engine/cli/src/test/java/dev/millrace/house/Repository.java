package dev.millrace.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The checkout this test runs in, without what builds and runs leave behind. */
record Repository(Path root) {
  private static final Set<String> GENERATED = Set.of("target", ".git", ".millrace", ".idea");

  static Repository ofThisCheckout() {
    return Stream.iterate(Path.of("").toAbsolutePath(), Path::getParent)
        .takeWhile(folder -> folder != null)
        .filter(folder -> Files.isExecutable(folder.resolve("millrace")))
        .findFirst()
        .map(Repository::new)
        .orElseThrow(() -> new IllegalStateException("no launcher above the working directory"));
  }

  List<Path> files() {
    var files = new ArrayList<Path>();
    try {
      Files.walkFileTree(root, collectInto(files));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return files;
  }

  List<Path> files(String suffix) {
    return files().stream().filter(file -> file.toString().endsWith(suffix)).toList();
  }

  /** Empty when the file is not text. */
  Optional<String> text(Path file) {
    try {
      return Optional.of(Files.readString(file));
    } catch (MalformedInputException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Path relative(Path file) {
    return root.relativize(file);
  }

  private static SimpleFileVisitor<Path> collectInto(List<Path> files) {
    return new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
        return GENERATED.contains(folder.getFileName().toString())
            ? FileVisitResult.SKIP_SUBTREE
            : FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
        files.add(file);
        return FileVisitResult.CONTINUE;
      }
    };
  }
}
