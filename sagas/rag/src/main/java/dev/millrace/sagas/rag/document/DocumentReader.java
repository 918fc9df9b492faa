package dev.millrace.sagas.rag.document;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.commonmark.ext.gfm.tables.TablesExtension;
import org.commonmark.parser.Parser;
import org.commonmark.renderer.html.HtmlRenderer;
import org.jsoup.Jsoup;
import org.jspecify.annotations.Nullable;

/** Reads a file of a corpus into clean text with its title and sections. */
public final class DocumentReader {
  /** Larger files are refused: they are data, not documents, and would not fit a record. */
  public static final int FILE_BYTES_MAX = 4 * 1024 * 1024;

  private static final Parser MARKDOWN =
      Parser.builder().extensions(List.of(TablesExtension.create())).build();
  private static final HtmlRenderer RENDERER =
      HtmlRenderer.builder().extensions(List.of(TablesExtension.create())).build();

  private final Corpora corpora;

  public DocumentReader(Corpora corpora) {
    this.corpora = corpora;
  }

  /**
   * @param title overrides the document's own; null to take that, or else the file's name
   * @throws IllegalArgumentException if the path is not a readable document of the corpus, or its
   *     file is larger than {@value #FILE_BYTES_MAX} bytes
   */
  public Document read(String corpus, String path, @Nullable String title) throws IOException {
    var file = corpora.resolve(corpus, path);
    var format =
        DocumentFormat.of(file.getFileName().toString())
            .orElseThrow(
                () -> new IllegalArgumentException("not Markdown, text or HTML: '" + path + "'"));
    var outline =
        outline(format, Files.readString(checkedSize(file, path), StandardCharsets.UTF_8));
    var normalPath = Path.of(path).normalize().toString().replace('\\', '/');
    return new Document(
        corpus + "/" + normalPath,
        corpus,
        normalPath,
        title != null ? title : outline.title().orElse(normalPath),
        outline.text(),
        outline.sections());
  }

  private static Path checkedSize(Path file, String path) throws IOException {
    if (Files.size(file) > FILE_BYTES_MAX) {
      throw new IllegalArgumentException(
          "'" + path + "' has " + Files.size(file) + " bytes, the limit is " + FILE_BYTES_MAX);
    }
    return file;
  }

  private static Outline outline(DocumentFormat format, String content) {
    return switch (format) {
      case MARKDOWN -> HtmlOutline.of(Jsoup.parse(RENDERER.render(MARKDOWN.parse(content))));
      case HTML -> HtmlOutline.of(Jsoup.parse(content));
      case TEXT -> TextOutline.of(content);
    };
  }
}
