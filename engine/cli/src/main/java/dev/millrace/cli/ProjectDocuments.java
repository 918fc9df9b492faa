package dev.millrace.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** This project's own documents as a corpus: the README and everything in {@code docs/}. */
final class ProjectDocuments {
  static final String CORPUS = "millrace";
  private static final String README = "README.md";
  private static final String DOCS = "docs";

  private ProjectDocuments() {}

  /**
   * Copies them into one folder, because a corpus is one; the folder has nothing else.
   *
   * @return {@code <parent>/millrace}; empty outside a checkout
   */
  static Path copy(Path parent) throws IOException {
    var project = Workspace.ofProcess().home();
    var folder = Files.createDirectories(parent.resolve(CORPUS));
    if (Files.exists(project.resolve(README))) {
      copy(project.resolve(README), folder.resolve(README));
    }
    if (Files.isDirectory(project.resolve(DOCS))) {
      copyTree(project.resolve(DOCS), folder.resolve(DOCS));
    }
    return folder;
  }

  private static void copyTree(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        copy(file, to.resolve(from.relativize(file).toString()));
      }
    }
  }

  private static void copy(Path from, Path to) throws IOException {
    Files.createDirectories(to.resolveSibling(""));
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }
}
