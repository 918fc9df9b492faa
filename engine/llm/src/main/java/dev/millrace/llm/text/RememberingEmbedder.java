package dev.millrace.llm.text;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;

/** Computes an embedding once while it is in use; the least recently used is forgotten first. */
public final class RememberingEmbedder implements Embedder {
  /** About 8 MB of vectors and as much of text. */
  private static final int REMEMBERED_MAX = 5_000;

  private final Embedder embedder;
  private final Map<String, Embedding> remembered = new LeastRecentlyUsed();

  public RememberingEmbedder(Embedder embedder) {
    this.embedder = embedder;
  }

  @Override
  public List<Embedding> embed(List<String> texts) {
    var known = recall(texts);
    var missing = new ArrayList<>(new LinkedHashSet<>(texts));
    missing.removeAll(known.keySet());
    var computed = embedder.embed(missing);
    for (int i = 0; i < missing.size(); i++) {
      known.put(missing.get(i), computed.get(i));
    }
    synchronized (remembered) {
      remembered.putAll(known);
    }
    return texts.stream().map(known::get).toList();
  }

  private Map<String, Embedding> recall(List<String> texts) {
    var known = new LinkedHashMap<String, Embedding>();
    synchronized (remembered) {
      for (var text : texts) {
        var embedding = remembered.get(text);
        if (embedding != null) {
          known.put(text, embedding);
        }
      }
    }
    return known;
  }

  private static final class LeastRecentlyUsed extends LinkedHashMap<String, Embedding> {
    private static final long serialVersionUID = 1;

    LeastRecentlyUsed() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<String, Embedding> eldest) {
      return size() > REMEMBERED_MAX;
    }
  }
}
