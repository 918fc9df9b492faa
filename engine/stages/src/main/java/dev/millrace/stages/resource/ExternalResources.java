package dev.millrace.stages.resource;

import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.Authentication;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Endpoint;
import dev.millrace.stages.http.NoTokenException;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Documents by their URI: {@code http:} and {@code https:} from anywhere, {@code file:} from the
 * folders that the setting {@value #FOLDERS} names and from nowhere if it names none, because a
 * definition is data and may not read what it likes of a worker's disk.
 *
 * <p>A document is kept for {@link #KEPT_FOR}, for those who ask with the same credentials, so that
 * a call costs no other. Thread-safe.
 */
public final class ExternalResources {

  /** Folders that documents may be read from, separated by commas. */
  public static final String FOLDERS = "resource.folders";

  /** Largest document, in bytes. */
  public static final int BYTES_MAX = 4 * 1024 * 1024;

  /** Documents kept. The one used longest ago goes first. */
  public static final int KEPT_MAX = 64;

  public static final Duration KEPT_FOR = Duration.ofMinutes(5);
  public static final Duration TIMEOUT = Duration.ofSeconds(20);

  private final List<Path> folders;
  private final AuthorizedClient client;
  private final InstantSource clock;
  private final Map<Endpoint, Document> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Endpoint, Document> eldest) {
          return size() > KEPT_MAX;
        }
      };

  @SuppressWarnings("ArrayRecordComponent")
  private record Document(byte[] bytes, Instant readAt) {}

  public ExternalResources(StageSettings settings, AuthorizedClient client) {
    this(settings, client, InstantSource.system());
  }

  ExternalResources(StageSettings settings, AuthorizedClient client, InstantSource clock) {
    this.folders =
        settings.value(FOLDERS).stream()
            .flatMap(list -> Arrays.stream(list.split(",")))
            .filter(folder -> !folder.isBlank())
            .map(folder -> Path.of(folder.strip()).toAbsolutePath().normalize())
            .toList();
    this.client = client;
    this.clock = clock;
  }

  /**
   * @throws ResourceException if there is no such document, or it may not be read; {@link
   *     ResourceException#isLasting()} tells whether another attempt would be in vain
   */
  public byte[] read(Endpoint place) throws ResourceException, InterruptedException {
    var now = clock.instant();
    synchronized (kept) {
      var known = kept.get(place);
      if (known != null && known.readAt().plus(KEPT_FOR).isAfter(now)) {
        return known.bytes().clone();
      }
    }
    var bytes = fetch(place);
    synchronized (kept) {
      kept.put(place, new Document(bytes, now));
    }
    return bytes.clone();
  }

  private byte[] fetch(Endpoint place) throws ResourceException, InterruptedException {
    var uri = place.uri();
    return switch (String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT)) {
      case "http", "https" -> fromServer(uri, place.authentication());
      case "file" -> fromDisk(uri);
      default ->
          throw ResourceException.lasting(shown(uri) + " is no http, https or file URI", 400);
    };
  }

  private byte[] fromDisk(URI uri) throws ResourceException {
    try {
      var path = Path.of(uri.getPath()).toRealPath();
      if (folders.stream().noneMatch(folder -> isBelow(path, folder))) {
        throw notAllowed(uri);
      }
      try (var in = Files.newInputStream(path)) {
        return bounded(uri, in);
      }
    } catch (NoSuchFileException e) {
      throw folders.isEmpty()
          ? notAllowed(uri)
          : ResourceException.lasting("there is no " + shown(uri), 404);
    } catch (IOException e) {
      throw ResourceException.passing("cannot read " + shown(uri) + ": " + e, e);
    }
  }

  private static boolean isBelow(Path path, Path folder) {
    try {
      return path.startsWith(folder.toRealPath());
    } catch (IOException _) {
      return false;
    }
  }

  private static ResourceException notAllowed(URI uri) {
    return ResourceException.lasting(
        "this worker may not read %s; whoever runs the worker may allow its folder: --set %s=…"
            .formatted(shown(uri), FOLDERS),
        400);
  }

  private byte[] fromServer(URI uri, Authentication authentication)
      throws ResourceException, InterruptedException {
    if (uri.getHost() == null || uri.getRawUserInfo() != null) {
      throw ResourceException.lasting(
          "the URI of a document names a host and holds no credentials", 400);
    }
    try {
      var request = HttpRequest.newBuilder(uri).timeout(TIMEOUT).GET().build();
      var response = client.send(request, authentication, BodyHandlers.ofInputStream());
      try (var body = response.body()) {
        return body(uri, response.statusCode(), body);
      }
    } catch (NoTokenException e) {
      throw ResourceException.withoutToken(e);
    } catch (UnknownHostException e) {
      throw ResourceException.passing("no address for the host of " + shown(uri), e);
    } catch (IOException e) {
      throw ResourceException.passing("cannot read " + shown(uri), e);
    } catch (IllegalArgumentException e) {
      throw ResourceException.lasting(String.valueOf(e.getMessage()), 400);
    }
  }

  private static byte[] body(URI uri, int status, InputStream body)
      throws ResourceException, IOException {
    if (status == 200) {
      return bounded(uri, body);
    }
    var what = "%s was answered %d".formatted(shown(uri), status);
    throw status >= 500 || status == 429 || status == 408
        ? ResourceException.passing(what, null)
        : ResourceException.lasting(what, status >= 400 ? status : 500);
  }

  private static byte[] bounded(URI uri, InputStream in) throws IOException, ResourceException {
    var bytes = in.readNBytes(BYTES_MAX + 1);
    if (bytes.length > BYTES_MAX) {
      throw ResourceException.lasting(
          "%s has more than %,d bytes".formatted(shown(uri), BYTES_MAX), 400);
    }
    return bytes;
  }

  /** Without the query, which may hold a key. */
  public static String shown(URI uri) {
    return uri.getRawAuthority() == null
        ? uri.getScheme() + ":" + uri.getRawPath()
        : uri.getScheme() + "://" + uri.getHost() + port(uri) + uri.getRawPath();
  }

  private static String port(URI uri) {
    return uri.getPort() < 0 ? "" : ":" + uri.getPort();
  }
}
