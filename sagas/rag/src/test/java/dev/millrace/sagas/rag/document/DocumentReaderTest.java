package dev.millrace.sagas.rag.document;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DocumentReaderTest {
  @TempDir private Path root = Path.of("unset");

  @Test
  void markdown_becomes_text_under_its_headings() throws Exception {
    write(
        "guide.md",
        "# The guide\n\nFirst *words*.\n\n## 2. Bounds\n\n| a | b |\n|---|---|\n| x | 1 |\n");

    var document = read("guide.md");

    assertThat(document.id()).isEqualTo("docs/guide.md");
    assertThat(document.title()).isEqualTo("The guide");
    assertThat(document.text()).isEqualTo("First words.\na; b\nx; 1\n");
    assertThat(document.sections())
        .containsExactly(new Section("The guide", 0), new Section("Bounds", 13));
  }

  @Test
  void html_loses_its_navigation_scripts_and_markup() throws Exception {
    write(
        "page.html",
        """
        <html><head><title>30.3. Logging</title><script>alert(1)</script></head><body>
        <nav>Home</nav><div class="navheader">Prev</div>
        <p>Changes are <em>logged</em>
        first.</p><ul><li>One</li><li>Two</li></ul><footer>Legal</footer></body></html>
        """);

    var document = read("page.html");

    assertThat(document.title()).isEqualTo("Logging");
    assertThat(document.text()).isEqualTo("Changes are logged first.\nOne\nTwo\n");
  }

  @Test
  void plain_text_keeps_its_paragraphs_and_takes_its_first_line_as_title() throws Exception {
    write("note.txt", "A note\n\nA paragraph\nover two lines.\n\nAnother.");

    var document = read("note.txt");

    assertThat(document.title()).isEqualTo("A note");
    assertThat(document.text()).isEqualTo("A note\nA paragraph over two lines.\nAnother.\n");
  }

  @Test
  void a_path_out_of_the_corpus_is_refused() throws Exception {
    Files.writeString(root.resolve("secret.txt"), "secret");
    Files.createDirectories(root.resolve("docs"));

    for (var path :
        new String[] {
          "../secret.txt", "a/../../secret.txt", root.resolve("secret.txt").toString()
        }) {
      assertThatThrownBy(() -> read(path))
          .as(path)
          .isInstanceOf(IllegalArgumentException.class)
          .hasMessageContaining("no file");
    }
  }

  @Test
  void a_link_out_of_the_corpus_is_refused() throws Exception {
    var secret = Files.writeString(root.resolve("secret.txt"), "secret");
    Files.createSymbolicLink(
        Files.createDirectories(root.resolve("docs")).resolve("link.txt"), secret);

    assertThatThrownBy(() -> read("link.txt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("leads out of");
  }

  @Test
  void a_file_beyond_the_bound_is_refused_unread() throws Exception {
    write("large.txt", "");
    try (var file = new RandomAccessFile(root.resolve("docs/large.txt").toFile(), "rw")) {
      file.setLength(DocumentReader.FILE_BYTES_MAX + 1L);
    }

    assertThatThrownBy(() -> read("large.txt"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("the limit is 4194304");
  }

  @Test
  void another_kind_of_file_and_another_corpus_are_refused() throws Exception {
    write("image.png", "x");

    assertThatThrownBy(() -> read("image.png")).hasMessageContaining("not Markdown, text or HTML");
    assertThatThrownBy(() -> reader().read("other", "a.md", null))
        .hasMessageContaining("set rag.corpus.other to its folder");
  }

  private void write(String path, String content) throws IOException {
    Files.writeString(Files.createDirectories(root.resolve("docs")).resolve(path), content);
  }

  private Document read(String path) throws IOException {
    return reader().read("docs", path, null);
  }

  private DocumentReader reader() {
    return new DocumentReader(new Corpora(Map.of("docs", root.resolve("docs"))));
  }
}
