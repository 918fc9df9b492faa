package dev.millrace.core.plan;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Where a document outside the definition is: an endpoint that has to be known, and to be open to
 * whoever deploys, before anything runs.
 */
final class Location {
  private static final Set<String> SCHEMES = Set.of("http", "https", "file");
  private static final String WHAT = "a URI, or a path relative to this document";

  private Location() {}

  /** Whether text is a URL and not a name. */
  static boolean isUrl(String text) {
    var colon = text.indexOf(':');
    return colon > 0 && SCHEMES.contains(text.substring(0, colon).toLowerCase(Locale.ROOT));
  }

  /**
   * What an endpoint says, a URI or {@code {uri}}; null after a problem.
   *
   * @param base the URI of the document the endpoint stands in; empty for the definition
   */
  static @Nullable String ofEndpoint(@Nullable Source endpoint, String base) {
    if (endpoint == null || !endpoint.isObject()) {
      return endpoint == null ? null : of(endpoint, base);
    }
    endpoint.allow("an endpoint", Set.of("uri", "authentication"), Set.of());
    var authentication = endpoint.member("authentication");
    if (authentication != null) {
      authentication.errorAtKey(
          "'authentication' is not supported here by this version: the document is read when the"
              + " definition is deployed, by somebody who has none of its secrets",
          null);
    }
    var uri = endpoint.required("uri", WHAT);
    return uri == null || authentication != null ? null : of(uri, base);
  }

  static @Nullable String of(Source source, String base) {
    var text = source.text(WHAT);
    if (text == null) {
      return null;
    }
    if (text.contains("{")) {
      source.error("has to be known when the definition is deployed: no expressions, no {names}");
      return null;
    }
    try {
      var uri = new URI(text);
      var complaint = complaint(uri);
      if (complaint == null) {
        return (base.isEmpty() ? uri : new URI(base).resolve(uri)).normalize().toString();
      }
      source.error(complaint);
    } catch (URISyntaxException e) {
      source.error("expected " + WHAT + ": " + e.getMessage());
    }
    return null;
  }

  private static @Nullable String complaint(URI uri) {
    var isOfNoScheme = uri.getScheme() == null && uri.getRawAuthority() != null;
    if (uri.isOpaque() || isOfNoScheme || uri.toString().isEmpty()) {
      return "expected " + WHAT;
    }
    if (uri.getScheme() != null && !isUrl(uri.toString())) {
      return "expected a URI of http, https or file";
    }
    if (uri.getRawUserInfo() != null) {
      return "a URI holds no credentials: everybody can read them here";
    }
    return uri.getRawFragment() == null ? null : "a whole document is read: no fragment (#…)";
  }
}
