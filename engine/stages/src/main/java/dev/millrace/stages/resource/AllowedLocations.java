package dev.millrace.stages.resource;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * Where a definition may refer to. An address allows itself and whatever is below it, never more of
 * the same host; a folder allows the files that are in it when all links are followed.
 *
 * @param addresses of http and https, normalised
 * @param folders absolute
 */
public record AllowedLocations(List<URI> addresses, List<Path> folders) {
  private static final Set<String> WEB = Set.of("http", "https");

  /** Nothing outside a definition may be read. */
  public static final AllowedLocations NONE = new AllowedLocations(List.of(), List.of());

  public AllowedLocations {
    addresses = List.copyOf(addresses);
    folders = List.copyOf(folders);
  }

  /**
   * @param locations addresses of http and https, and folders by their path or {@code file:} URI
   * @throws IllegalArgumentException if one is none of these
   */
  public static AllowedLocations of(Collection<String> locations) {
    var addresses = new ArrayList<URI>();
    var folders = new ArrayList<Path>();
    for (var location : locations) {
      var scheme = scheme(location);
      if (WEB.contains(scheme)) {
        addresses.add(address(location));
      } else {
        folders.add(folder(location, scheme));
      }
    }
    return new AllowedLocations(addresses, folders);
  }

  private static String scheme(String location) {
    var colon = location.indexOf("://");
    return colon < 0 ? "" : location.substring(0, colon).toLowerCase(Locale.ROOT);
  }

  private static URI address(String location) {
    try {
      var uri = new URI(location).normalize();
      if (uri.getHost() != null
          && uri.getRawUserInfo() == null
          && uri.getRawQuery() == null
          && uri.getRawFragment() == null) {
        return uri;
      }
    } catch (URISyntaxException _) {
      // told below, as every other
    }
    throw new IllegalArgumentException(
        "'" + location + "' is no address such as https://example.com/catalog/");
  }

  private static Path folder(String location, String scheme) {
    try {
      if (!scheme.isEmpty() && !scheme.equals("file")) {
        throw new IllegalArgumentException("'" + location + "' is neither http, https nor a file");
      }
      var path = scheme.isEmpty() ? Path.of(location) : Path.of(URI.create(location));
      return path.toAbsolutePath().normalize();
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException("'" + location + "' is no folder: " + e.getMessage(), e);
    }
  }

  /** Whether a document of http, https or file may be read. */
  boolean allows(URI uri) {
    return isFile(uri)
        ? folders.stream()
            .anyMatch(folder -> followed(Path.of(uri.getPath())).startsWith(followed(folder)))
        : isPlain(uri) && addresses.stream().anyMatch(address -> isBelow(uri, address));
  }

  static boolean isFile(URI uri) {
    return "file".equalsIgnoreCase(uri.getScheme());
  }

  /** The real path, or what it would be if it were there. */
  private static Path followed(Path path) {
    try {
      return path.toRealPath();
    } catch (IOException _) {
      return path.toAbsolutePath().normalize();
    }
  }

  /** What a server could read as another path than we do is not compared with one. */
  private static boolean isPlain(URI uri) {
    var path = uri.getRawPath().toLowerCase(Locale.ROOT);
    return !path.contains("%2e")
        && !path.contains("%2f")
        && !path.contains("%5c")
        && !path.contains("/../")
        && !path.endsWith("/..");
  }

  private static boolean isBelow(URI uri, URI allowed) {
    return allowed.getScheme().equalsIgnoreCase(uri.getScheme())
        && allowed.getHost().equalsIgnoreCase(uri.getHost())
        && port(allowed) == port(uri)
        && isBelow(uri.getRawPath(), allowed.getRawPath());
  }

  private static boolean isBelow(String path, String allowed) {
    var folder = allowed.endsWith("/") ? allowed : allowed + "/";
    return path.equals(allowed) || path.startsWith(folder) || folder.equals("/");
  }

  private static int port(URI uri) {
    if (uri.getPort() >= 0) {
      return uri.getPort();
    }
    return "https".equalsIgnoreCase(uri.getScheme()) ? 443 : 80;
  }
}
