package dev.millrace.sagas.rag.document;

import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** The kinds of file that can be read, told by the end of their name. */
public enum DocumentFormat {
  MARKDOWN(Set.of("md", "markdown")),
  HTML(Set.of("html", "htm", "xhtml")),
  TEXT(Set.of("txt", "text"));

  private final Set<String> extensions;

  DocumentFormat(Set<String> extensions) {
    this.extensions = extensions;
  }

  /** Empty for a kind of file that is not read. */
  public static Optional<DocumentFormat> of(String fileName) {
    var extension = fileName.substring(fileName.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
    for (var format : values()) {
      if (format.extensions.contains(extension)) {
        return Optional.of(format);
      }
    }
    return Optional.empty();
  }
}
