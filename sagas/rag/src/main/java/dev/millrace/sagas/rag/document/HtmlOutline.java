package dev.millrace.sagas.rag.document;

import java.util.Set;
import org.jsoup.nodes.Document.OutputSettings;
import org.jsoup.nodes.Element;
import org.jsoup.nodes.Node;
import org.jsoup.nodes.TextNode;

/** Reads the prose of a page: headings and blocks, without navigation, scripts and forms. */
final class HtmlOutline {
  private static final String FURNITURE =
      "script, style, noscript, template, nav, header, footer, aside, form, svg, iframe, [hidden],"
          + " .navheader, .navfooter, .toc, .sidebar, .breadcrumbs";
  private static final String MAIN = "main, article, [role=main]";
  private static final Set<String> HEADINGS = Set.of("h1", "h2", "h3", "h4", "h5", "h6");

  /** A row is one statement: its cells mean nothing apart. */
  private static final String ROW = "tr";

  private static final String CELL_SEPARATOR = "; ";

  private final Outline outline = new Outline();
  private final StringBuilder inline = new StringBuilder();

  private HtmlOutline() {}

  static Outline of(org.jsoup.nodes.Document page) {
    page.outputSettings(new OutputSettings().prettyPrint(false));
    page.select(FURNITURE).remove();
    var reading = new HtmlOutline();
    reading.outline.title(page.title());
    var main = page.selectFirst(MAIN);
    reading.children(main != null ? main : page.body());
    reading.flush();
    return reading.outline;
  }

  private void children(Element parent) {
    for (var node : parent.childNodes()) {
      node(node);
    }
  }

  private void node(Node node) {
    if (node instanceof TextNode words) {
      inline.append(words.getWholeText());
    } else if (node instanceof Element element) {
      element(element);
    }
  }

  private void element(Element element) {
    if (HEADINGS.contains(element.normalName())) {
      flush();
      outline.title(element.text());
      outline.heading(element.text());
    } else if (element.normalName().equals(ROW)) {
      flush();
      outline.block(String.join(CELL_SEPARATOR, element.children().eachText()));
    } else if (element.normalName().equals("pre")) {
      flush();
      element.wholeText().lines().forEach(outline::block);
    } else if (element.isBlock()) {
      flush();
      children(element);
      flush();
    } else {
      children(element);
    }
  }

  private void flush() {
    outline.block(inline.toString());
    inline.setLength(0);
  }
}
