package dev.millrace.stages.resource;

import java.net.URI;
import java.util.regex.Pattern;

/**
 * Where the bytes of a page of a Git repository are: authors name catalogs by the address a person
 * can look at.
 *
 * @see <a
 *     href="https://github.com/serverlessworkflow/specification/blob/v1.0.3/dsl.md#file-structure">DSL
 *     1.0.3, catalogs, file structure</a>
 */
final class RawContent {
  private static final String GITHUB_HOST = "github.com";
  private static final Pattern GITHUB =
      Pattern.compile("/(?<repo>[^/]+/[^/]+)(?:/(?:tree|blob|raw)/(?<ref>[^/]+))?(?<file>/.+)");
  private static final Pattern GITLAB = Pattern.compile("(?<repo>/.+)/-/(?:tree|blob)/(?<rest>.+)");

  private RawContent() {}

  /** The URI to read; the same for whatever is no page of a repository. */
  static URI of(URI uri) {
    var path = uri.getRawPath();
    if (GITHUB_HOST.equalsIgnoreCase(uri.getHost())) {
      var page = GITHUB.matcher(path);
      if (page.matches()) {
        var ref = page.group("ref") == null ? "HEAD" : page.group("ref");
        return URI.create(
            "https://raw.githubusercontent.com/"
                + page.group("repo")
                + "/"
                + ref
                + page.group("file"));
      }
    }
    var page = GITLAB.matcher(path);
    return page.matches() ? uri.resolve(page.group("repo") + "/-/raw/" + page.group("rest")) : uri;
  }
}
