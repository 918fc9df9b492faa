package dev.millrace.sagas.rag.document;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;

/**
 * The folders documents may be read from, by name. A workflow names a corpus and a path in it, so
 * no submission can make a worker read another file.
 */
public final class Corpora {
  /** Settings {@code rag.corpus.<name>} hold the folder of a corpus. */
  public static final String SETTING_PREFIX = "rag.corpus.";

  private final Map<String, Path> folders;

  public Corpora(Map<String, Path> folders) {
    this.folders = Map.copyOf(folders);
  }

  public static Corpora fromSettings(Map<String, String> values) {
    var folders = new TreeMap<String, Path>();
    values.forEach((name, value) -> {
      if (name.startsWith(SETTING_PREFIX)) {
        folders.put(name.substring(SETTING_PREFIX.length()), Path.of(value));
      }
    });
    return new Corpora(folders);
  }

  /**
   * The real file behind a path of a corpus.
   *
   * @throws IllegalArgumentException if there is no such corpus or file, or if the path leads out
   *     of the corpus, be it by dots or by a symbolic link
   */
  public Path resolve(String corpus, String path) throws IOException {
    var folder = folders.get(corpus);
    if (folder == null) {
      throw new IllegalArgumentException(
          "no corpus '" + corpus + "'; set " + SETTING_PREFIX + corpus + " to its folder");
    }
    var named = folder.resolve(path);
    if (!named.normalize().startsWith(folder.normalize()) || !Files.isRegularFile(named)) {
      throw new IllegalArgumentException("no file '" + path + "' in corpus '" + corpus + "'");
    }
    var real = named.toRealPath();
    if (!real.startsWith(folder.toRealPath())) {
      throw new IllegalArgumentException("'" + path + "' leads out of corpus '" + corpus + "'");
    }
    return real;
  }
}
