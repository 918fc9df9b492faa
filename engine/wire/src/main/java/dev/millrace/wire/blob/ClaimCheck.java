package dev.millrace.wire.blob;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.wire.JsonBytes;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Keeps large values out of the log: what is too large is put into a blob store, and a reference
 * stands for it, {@code {"$blob": {"uri": …, "bytes": …, "sha256": …}}}.
 *
 * <p>A reference says what, never where: it is resolved in the one store this check was made with,
 * and what comes back has to have the digest. So data can name a blob only by knowing its digest,
 * and never reach another namespace's store, a file or a host. An object that has {@code $blob} and
 * is no such reference is refused wherever it is met.
 *
 * @see <a href="https://www.enterpriseintegrationpatterns.com/StoreInLibrary.html">G. Hohpe, B.
 *     Woolf, Enterprise Integration Patterns, "Claim Check"</a>
 */
public final class ClaimCheck {
  /** Values of one record up to this size stay in it. */
  public static final int INLINE_BYTES_MAX = 256 * 1024;

  /** What one value may grow to when its references are resolved. */
  public static final long RESOLVED_BYTES_MAX = BlobStore.BLOB_BYTES_MAX;

  /** References in one value, those inside resolved blobs included. */
  public static final int REFERENCES_MAX = 1000;

  private final BlobStore store;
  private final int inlineBytesMax;

  /**
   * @throws IllegalArgumentException if {@code inlineBytesMax} has no room for a reference
   */
  public ClaimCheck(BlobStore store, int inlineBytesMax) {
    if (inlineBytesMax < BlobReference.BYTES_MAX) {
      throw new IllegalArgumentException(
          "inlineBytesMax is at least " + BlobReference.BYTES_MAX + ", got " + inlineBytesMax);
    }
    this.store = store;
    this.inlineBytesMax = inlineBytesMax;
  }

  /**
   * The value itself while it is small; else with as few of its properties as will do, the largest
   * first, put into the store; else the whole of it put there.
   *
   * @return at most {@code inlineBytesMax} bytes of JSON
   * @throws IOException if the store fails
   * @throws IllegalArgumentException if something in it is too large for the store too
   */
  public JsonNode stow(JsonNode value) throws IOException {
    if (JsonSize.isCertainlyWithin(value, inlineBytesMax)) {
      return value;
    }
    var whole = JsonBytes.bytes(value);
    if (whole.length <= inlineBytesMax) {
      return value;
    }
    return value instanceof ObjectNode object ? stowProperties(object, whole) : stowWhole(whole);
  }

  private JsonNode stowProperties(ObjectNode object, byte[] whole) throws IOException {
    var properties = largestFirst(object);
    int excess = whole.length - inlineBytesMax;
    int count = 0;
    while (excess > 0 && count < properties.size() && properties.get(count).saves() > 0) {
      excess -= properties.get(count++).saves();
    }
    return excess > 0 ? stowWhole(whole) : stow(object, properties.subList(0, count));
  }

  private JsonNode stow(ObjectNode object, List<Property> chosen) throws IOException {
    var stowed = object.objectNode().setAll(object);
    for (var property : chosen) {
      ((ObjectNode) stowed).set(property.name(), stowWhole(property.bytes()));
    }
    return stowed;
  }

  private JsonNode stowWhole(byte[] bytes) throws IOException {
    return new BlobReference(store.put(bytes), bytes.length).json();
  }

  private static List<Property> largestFirst(ObjectNode object) {
    var properties = new ArrayList<Property>(object.size());
    for (var entry : object.properties()) {
      properties.add(new Property(entry.getKey(), JsonBytes.bytes(entry.getValue())));
    }
    properties.sort(Comparator.comparingInt((Property it) -> it.bytes().length).reversed());
    return properties;
  }

  private record Property(String name, byte[] bytes) {
    int saves() {
      return bytes.length - BlobReference.BYTES_MAX;
    }
  }

  /**
   * The value with every reference in it replaced by what it stands for.
   *
   * @throws MissingBlobException if the store has no such blob
   * @throws IOException if the store fails, or the value would outgrow {@link #RESOLVED_BYTES_MAX}
   *     or {@link #REFERENCES_MAX}
   * @throws IllegalArgumentException if something has {@code $blob} and is no reference
   */
  public JsonNode resolve(JsonNode value) throws IOException {
    return BlobReference.isHeldBy(value) ? resolve(value.deepCopy(), new Budget(), 0) : value;
  }

  private JsonNode resolve(JsonNode value, Budget budget, int depth) throws IOException {
    budget.requireDepth(depth);
    if (BlobReference.isClaimedBy(value)) {
      var content = fetch(BlobReference.parse(value), budget);
      return BlobReference.isHeldBy(content) ? resolve(content, budget, depth + 1) : content;
    }
    switch (value) {
      case ObjectNode object -> {
        for (var entry : object.properties()) {
          entry.setValue(resolve(entry.getValue(), budget, depth + 1));
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, resolve(array.get(i), budget, depth + 1));
        }
      }
      default -> {}
    }
    return value;
  }

  private JsonNode fetch(BlobReference reference, Budget budget) throws IOException {
    budget.spend(store.size(reference.id()));
    var bytes = store.get(reference.id());
    return JsonBytes.read(bytes, 0, bytes.length);
  }

  /**
   * Refuses what only looks like a reference. For values that come from outside, before they are
   * believed.
   *
   * @throws IllegalArgumentException if something has {@code $blob} and is no reference to a blob
   *     of this store, of the size it says
   * @throws IOException if the store cannot say
   */
  public void requireGenuine(JsonNode value) throws IOException {
    var holders = value.findParents(BlobReference.FIELD);
    if (holders.size() > REFERENCES_MAX) {
      throw new IllegalArgumentException(
          "a value has at most " + REFERENCES_MAX + " references, this one has " + holders.size());
    }
    for (var holder : holders) {
      requireKept(BlobReference.parse(holder));
    }
  }

  private void requireKept(BlobReference reference) throws IOException {
    try {
      if (store.size(reference.id()) == reference.bytes()) {
        return;
      }
    } catch (MissingBlobException _) {
      // Answered below as a wrong size is: whether a blob exists is nobody's business outside.
    }
    throw new IllegalArgumentException("the store has no blob as " + reference.id() + " says");
  }

  /** What resolving one value may still cost. */
  private static final class Budget {
    private long bytes = RESOLVED_BYTES_MAX;
    private int references = REFERENCES_MAX;

    void requireDepth(int depth) throws IOException {
      if (depth > JsonBytes.DEPTH_MAX) {
        throw new IOException("resolved, the value nests deeper than " + JsonBytes.DEPTH_MAX);
      }
    }

    void spend(long size) throws IOException {
      bytes -= size;
      references--;
      if (bytes < 0 || references < 0) {
        throw new IOException(
            "resolved, the value is larger than "
                + RESOLVED_BYTES_MAX
                + " bytes or has more than "
                + REFERENCES_MAX
                + " references");
      }
    }
  }
}
