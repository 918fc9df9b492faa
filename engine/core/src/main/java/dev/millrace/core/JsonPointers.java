package dev.millrace.core;

/**
 * Writes JSON pointers.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6901">RFC 6901</a>
 */
public final class JsonPointers {
  private JsonPointers() {}

  public static String member(String parent, String name) {
    return parent + "/" + name.replace("~", "~0").replace("/", "~1");
  }

  public static String element(String parent, int index) {
    return parent + "/" + index;
  }
}
