package dev.millrace.core.plan;

import dev.millrace.core.JsonPointers;
import dev.millrace.core.NearestWord;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What one document can name outside itself: schemas, functions by their URL, and functions of the
 * catalogs in its {@code use}.
 *
 * @param base URI of the document; empty for the definition
 * @param catalogs where each catalog is, by its name; empty text where that is a problem
 * @see <a
 *     href="https://github.com/serverlessworkflow/specification/blob/v1.0.3/dsl.md#catalogs">DSL
 *     1.0.3, catalogs</a>
 */
record Outside(References references, String base, Map<String, String> catalogs) {
  private static final String DEFAULT = "default";

  /** Both become a part of a path. */
  private static final Pattern PATH_PART = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._+-]*");

  private static final Pattern CATALOGED =
      Pattern.compile("(?:.*/)?functions/(?<name>[^/]+)/(?<version>[^/]+)/function\\.[a-z]+");
  private static final Pattern FILE = Pattern.compile("(?:.*/)?(?<name>[^/]+?)(?:\\.[A-Za-z]+)?");

  /**
   * A function in a document of its own.
   *
   * @param source its task, by the function's name
   * @param outside what that document can name in turn
   */
  record Foreign(Source source, Outside outside) {
    /** What tells it from all others. */
    String uri() {
      return outside.base();
    }
  }

  /** Of a definition. */
  static Outside of(References references, @Nullable Source catalogs) {
    return new Outside(references, "", catalogs == null ? Map.of() : endpoints(catalogs));
  }

  private static Map<String, String> endpoints(Source catalogs) {
    var endpoints = new TreeMap<String, String>();
    if (catalogs.requireObject("an object of named catalogs")) {
      for (var catalog : catalogs.members()) {
        endpoints.put(catalog.key(), endpoint(catalog));
      }
    }
    return endpoints;
  }

  private static String endpoint(Source catalog) {
    if (catalog.key().equals(DEFAULT)) {
      catalog.errorAtKey("the catalog 'default' is Millrace's own; give yours another name", null);
    }
    if (!catalog.requireObject("a catalog: {endpoint}")) {
      return "";
    }
    catalog.allow("a catalog", Set.of("endpoint"), Set.of());
    var endpoint = catalog.required("endpoint", "where the catalog is");
    var uri = Location.ofEndpoint(endpoint, "");
    if (endpoint == null || uri == null) {
      return "";
    }
    if (uri.contains("?")) {
      endpoint.error("functions are found below the endpoint of a catalog: it has no query");
    }
    return uri.endsWith("/") ? uri : uri + "/";
  }

  /** The schema at the endpoint of a {@code resource}; null after a problem. */
  @Nullable Source schema(Source resource) {
    if (!resource.requireObject("where the schema is: {endpoint}")) {
      return null;
    }
    resource.allow("a resource", Set.of("name", "endpoint"), Set.of());
    var endpoint = resource.required("endpoint", "where the schema is");
    var uri = Location.ofEndpoint(endpoint, base);
    if (endpoint == null || uri == null) {
      return null;
    }
    var document = references.document(endpoint, uri, null);
    return document == null
        ? null
        : new Source(document.root(), "", resource.findings().elsewhere(document, uri, ""));
  }

  /** The function at a URL; null after a problem. */
  @Nullable Foreign functionAt(Source url) {
    var uri = Location.of(url, base);
    return uri == null ? null : function(url, uri, name(uri), null);
  }

  /** {@code name:version@catalog} of a catalog in {@code use}; null after a problem. */
  @Nullable Foreign functionOf(Source call, String catalog, String name, String version) {
    var endpoint = catalogs.get(catalog);
    if (endpoint == null) {
      call.error("there is no catalog '" + catalog + "' in use.catalogs", nearest(catalog));
      return null;
    }
    if (!PATH_PART.matcher(name).matches() || !PATH_PART.matcher(version).matches()) {
      call.error("expected name:version@catalog, such as greet:1.0.0@" + catalog);
      return null;
    }
    if (endpoint.isEmpty()) {
      return null;
    }
    var uri = endpoint + "functions/" + name + "/" + version + "/function.yaml";
    return function(call, uri, name, nearest(catalog, endpoint, name, version));
  }

  private @Nullable Foreign function(
      Source call, String uri, String name, @Nullable String suggestion) {
    var document = references.document(call, uri, suggestion);
    if (document == null) {
      return null;
    }
    var place = JsonPointers.member("", name);
    var findings = call.findings().elsewhere(document, uri, place);
    return new Foreign(
        new Source(document.root(), place, findings), new Outside(references, uri, Map.of()));
  }

  /** What a function without another name is called in pointers and in what people read. */
  private static String name(String uri) {
    var path = uri.replaceFirst("[?].*", "");
    var cataloged = CATALOGED.matcher(path);
    if (cataloged.matches()) {
      return cataloged.group("name");
    }
    var file = FILE.matcher(path);
    return file.matches() ? file.group("name") : "function";
  }

  private @Nullable String nearest(String catalog) {
    var words = new HashSet<>(catalogs.keySet());
    words.add(DEFAULT);
    return NearestWord.to(catalog, words);
  }

  /** Among the functions of the catalog that are at hand: nobody can list one that is elsewhere. */
  private @Nullable String nearest(String catalog, String endpoint, String name, String version) {
    var words = new HashSet<String>();
    for (var uri : references.known()) {
      var function = CATALOGED.matcher(uri);
      if (uri.startsWith(endpoint) && function.matches()) {
        words.add(function.group("name") + ":" + function.group("version"));
      }
    }
    var near = NearestWord.to(name + ":" + version, words);
    return near == null ? null : near + "@" + catalog;
  }
}
