package dev.millrace.sagas.rag.document;

import java.util.List;

/**
 * A file of a corpus as clean text.
 *
 * @param id {@code <corpus>/<path>}
 * @param path relative to the corpus's folder, with forward slashes
 * @param text blocks, one a line, without headings
 * @param sections in order; the first starts at 0
 */
public record Document(
    String id, String corpus, String path, String title, String text, List<Section> sections) {
  public Document {
    sections = List.copyOf(sections);
  }
}
