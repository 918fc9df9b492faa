package dev.millrace.sagas.rag.document;

import java.util.regex.Pattern;

/** Reads plain text: paragraphs between blank lines, the first line as the title. */
final class TextOutline {
  private static final Pattern BLANK_LINES = Pattern.compile("\\R\\s*\\R");
  private static final int TITLE_CHARS_MAX = 100;

  private TextOutline() {}

  static Outline of(String content) {
    var outline = new Outline();
    var paragraphs = BLANK_LINES.split(content.strip());
    if (paragraphs[0].length() <= TITLE_CHARS_MAX) {
      outline.title(paragraphs[0]);
    }
    for (var paragraph : paragraphs) {
      outline.block(paragraph);
    }
    return outline;
  }
}
