package dev.millrace.sagas.rag;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.InstanceId;

/**
 * A file to index.
 *
 * @param corpus name of its corpus
 * @param path relative to the corpus's folder, with forward slashes
 * @param contentHash of its bytes, in hexadecimal
 */
public record CorpusDocument(String corpus, String path, String contentHash) {
  private static final int NAME_CHARS_MAX = 60;
  private static final int HASH_CHARS = 16;

  /**
   * The same for the same content at the same place: starting it again finds the finished run, so
   * an unchanged document is not indexed twice.
   */
  public InstanceId instanceId() {
    var name = path.replaceAll("[^A-Za-z0-9._-]+", "-");
    var end = name.substring(Math.max(0, name.length() - NAME_CHARS_MAX));
    return new InstanceId(
        "index-" + corpus + "-" + end + "-" + contentHash.substring(0, HASH_CHARS));
  }

  /** The input of {@code index-document}. */
  public ObjectNode input() {
    return JsonNodeFactory.instance.objectNode().put("corpus", corpus).put("path", path);
  }
}
