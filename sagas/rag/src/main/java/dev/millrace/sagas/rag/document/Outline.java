package dev.millrace.sagas.rag.document;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** Collects the blocks of a document under their headings. */
final class Outline {
  private static final Pattern NUMBERING =
      Pattern.compile("^(?:(?:Chapter|Appendix|Part)\\s+)?(?:\\d+|[A-Z])(?:\\.\\d+)*\\.\\s+");
  private static final Pattern BLANKS = Pattern.compile("[\\s\\u00a0]+");

  private final StringBuilder text = new StringBuilder();
  private final List<Section> sections = new ArrayList<>(List.of(new Section("", 0)));
  private String title = "";

  void title(String candidate) {
    if (title.isEmpty()) {
      title = withoutNumbering(candidate);
    }
  }

  void heading(String heading) {
    var section = new Section(withoutNumbering(heading), text.length());
    if (sections.getLast().start() == text.length()) {
      sections.removeLast();
    }
    sections.add(section);
  }

  void block(String block) {
    var line = BLANKS.matcher(block).replaceAll(" ").strip();
    if (!line.isEmpty()) {
      text.append(line).append('\n');
    }
  }

  Optional<String> title() {
    return title.isEmpty() ? Optional.empty() : Optional.of(title);
  }

  String text() {
    return text.toString();
  }

  List<Section> sections() {
    return sections;
  }

  /** "30.3. Write-Ahead Logging" is found by its words, and cited by them. */
  private static String withoutNumbering(String heading) {
    var clean = BLANKS.matcher(heading).replaceAll(" ").strip();
    return NUMBERING.matcher(clean).replaceFirst("");
  }
}
