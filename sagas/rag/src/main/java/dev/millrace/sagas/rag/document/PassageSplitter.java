package dev.millrace.sagas.rag.document;

import dev.millrace.llm.text.Sentences;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts a document into passages at the ends of sentences. Neighbours share their edge, so that a
 * thought which runs over a cut is whole in one of them; no passage runs over a heading.
 */
public final class PassageSplitter {
  /** About 200 tokens: what the embedding model was trained on, and a comfortable quotation. */
  public static final int PASSAGE_CHARS_MAX = 900;

  public static final int OVERLAP_CHARS_MAX = 180;

  /** A sentence longer than this is code or a table, and is cut at a space. */
  public static final int SENTENCE_CHARS_MAX = 600;

  /** About 1 MB of text; a document beyond it is refused rather than indexed in part. */
  public static final int PASSAGES_MAX = 1_500;

  /**
   * @throws IllegalArgumentException if the document has more than {@value #PASSAGES_MAX} passages
   */
  public List<Passage> split(Document document) {
    var passages = new ArrayList<Passage>();
    var sections = document.sections();
    for (int i = 0; i < sections.size(); i++) {
      int end = i + 1 < sections.size() ? sections.get(i + 1).start() : document.text().length();
      var text = document.text().substring(sections.get(i).start(), end);
      for (var piece : pieces(text)) {
        var id = document.id() + "#" + passages.size();
        passages.add(new Passage(id, sections.get(i).heading(), piece));
      }
    }
    if (passages.size() > PASSAGES_MAX) {
      throw new IllegalArgumentException(
          document.id() + " has " + passages.size() + " passages, the limit is " + PASSAGES_MAX);
    }
    return passages;
  }

  private static List<String> pieces(String text) {
    var pieces = new ArrayList<String>();
    var current = new ArrayList<String>();
    int length = 0;
    for (var sentence : bounded(Sentences.of(text))) {
      if (length + sentence.length() > PASSAGE_CHARS_MAX && !current.isEmpty()) {
        pieces.add(joined(current));
        current = tail(current);
        length = current.stream().mapToInt(String::length).sum();
      }
      current.add(sentence);
      length += sentence.length() + 1;
    }
    if (!current.isEmpty()) {
      pieces.add(joined(current));
    }
    return pieces;
  }

  /** A block without a full stop, such as a line of code, keeps its line. */
  private static String joined(List<String> sentences) {
    var text = new StringBuilder();
    for (var sentence : sentences) {
      if (!text.isEmpty()) {
        text.append(".!?:".indexOf(text.charAt(text.length() - 1)) >= 0 ? ' ' : '\n');
      }
      text.append(sentence);
    }
    return text.toString();
  }

  /** The last sentences of a passage, as far as they fit the overlap. */
  private static ArrayList<String> tail(List<String> sentences) {
    var tail = new ArrayList<String>();
    int length = 0;
    for (var sentence : sentences.reversed()) {
      length += sentence.length();
      if (length > OVERLAP_CHARS_MAX) {
        break;
      }
      tail.addFirst(sentence);
    }
    return tail;
  }

  private static List<String> bounded(List<String> sentences) {
    var bounded = new ArrayList<String>();
    for (var sentence : sentences) {
      var rest = sentence;
      while (rest.length() > SENTENCE_CHARS_MAX) {
        int space = rest.lastIndexOf(' ', SENTENCE_CHARS_MAX);
        int cut = space > 0 ? space : SENTENCE_CHARS_MAX;
        bounded.add(rest.substring(0, cut).strip());
        rest = rest.substring(cut).strip();
      }
      bounded.add(rest);
    }
    return bounded;
  }
}
