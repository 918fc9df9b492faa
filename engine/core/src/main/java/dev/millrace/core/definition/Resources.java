package dev.millrace.core.definition;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a definition refers to outside itself, by URI: files of functions and JSON Schemas. Read
 * once, by whoever deploys the definition, and deployed with it, so that a version never changes
 * its content. An URI is absolute, or relative to the definition's own place.
 *
 * @param texts what was read
 * @param reasons why the others could not be read, and what to do about it
 */
public record Resources(Map<String, String> texts, Map<String, String> reasons) {
  public static final Resources NONE = new Resources(Map.of(), Map.of());

  public Resources {
    texts = Map.copyOf(texts);
    reasons = Map.copyOf(reasons);
  }

  /** As they were deployed. */
  public static Resources of(Map<String, String> texts) {
    return new Resources(texts, Map.of());
  }

  /** These and one more. */
  public Resources with(String uri, String text) {
    return new Resources(and(texts, uri, text), reasons);
  }

  /** These, and why there is not one more. */
  public Resources without(String uri, String reason) {
    return new Resources(texts, and(reasons, uri, reason));
  }

  public Optional<String> text(String uri) {
    return Optional.ofNullable(texts.get(uri));
  }

  public Optional<String> reason(String uri) {
    return Optional.ofNullable(reasons.get(uri));
  }

  private static Map<String, String> and(Map<String, String> some, String uri, String value) {
    var all = new HashMap<>(some);
    all.put(uri, value);
    return all;
  }
}
