package dev.millrace.sagas.rag.index;

/**
 * @param id of the passage
 * @param title of its document
 * @param path of its document
 * @param section heading it stands under; may be empty
 * @param score of this search; comparable within one result only
 */
public record FoundPassage(
    String id, String title, String path, String section, String text, double score) {

  /** Everything a reader sees of it. */
  public String withHeadings() {
    return title + "\n" + section + "\n" + text;
  }
}
