package dev.millrace.stages.resource;

import static java.util.concurrent.TimeUnit.NANOSECONDS;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Resources;
import dev.millrace.core.plan.Compilation;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.PlanCompiler;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.Endpoint;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a definition refers to outside itself, for whoever deploys it: once, from allowed
 * locations only. How many and how large the documents may be is the compiler's to say.
 *
 * @see dev.millrace.core.definition.DefinitionBounds#RESOURCES_MAX
 */
public final class AllowedResources {
  /** The environment variable behind the option, for messages that say what to do. */
  public static final String VARIABLE = "MILLRACE_ALLOW_CATALOG";

  public static final String OPTION = "--allow-catalog";

  /** How long all documents of a definition may take. */
  public static final Duration TIME_MAX = Duration.ofSeconds(60);

  private static final int NOT_FOUND = 404;

  private final AllowedLocations allowed;
  private final Resources given;
  private final ExternalResources documents;
  private final Duration timeMax;

  private AllowedResources(
      AllowedLocations allowed, Resources given, ExternalResources documents, Duration timeMax) {
    this.allowed = allowed;
    this.given = given;
    this.documents = documents;
    this.timeMax = timeMax;
  }

  public static AllowedResources from(AllowedLocations allowed) {
    return new AllowedResources(allowed, Resources.NONE, documents(allowed), TIME_MAX);
  }

  private static ExternalResources documents(AllowedLocations allowed) {
    var folders = allowed.folders().stream().map(Path::toString).collect(Collectors.joining(","));
    var settings = new StageSettings(Path.of(""), Map.of(ExternalResources.FOLDERS, folders));
    return new ExternalResources(settings, AuthorizedClient.of(settings));
  }

  /** The same, with documents that need not be read. */
  public AllowedResources knowing(Map<String, String> texts) {
    return new AllowedResources(allowed, Resources.of(texts), documents, timeMax);
  }

  AllowedResources within(Duration time) {
    return new AllowedResources(allowed, given, documents, time);
  }

  /**
   * A definition with all it refers to. It is compiled again when something was read, because a
   * document may refer to others.
   *
   * @param definition YAML or JSON
   * @param catalog the functions of the default catalog
   * @param folder that relative references start from
   * @throws InvalidDefinitionException with every problem found; what may not or cannot be read is
   *     one, at the place that refers to it
   */
  public Compilation compile(String definition, FunctionCatalog catalog, Path folder)
      throws InvalidDefinitionException {
    var resources = given;
    var deadline = System.nanoTime() + timeMax.toNanos();
    while (true) {
      try {
        return PlanCompiler.compile(definition, catalog, resources);
      } catch (InvalidDefinitionException e) {
        if (e.missing().isEmpty()) {
          throw e;
        }
        for (var uri : e.missing()) {
          resources = read(uri, folder, deadline, resources);
        }
      }
    }
  }

  /** With the text of one more, or the reason why there is none. */
  private Resources read(String uri, Path folder, long deadline, Resources resources) {
    try (var reader = Executors.newVirtualThreadPerTaskExecutor()) {
      var text = reader.submit(() -> text(URI.create(uri), folder));
      try {
        return resources.with(uri, text.get(deadline - System.nanoTime(), NANOSECONDS));
      } catch (ExecutionException e) {
        return resources.without(uri, reason(e.getCause()));
      } catch (TimeoutException _) {
        return resources.without(uri, "no answer within " + timeMax + " for all documents");
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return resources.without(uri, "interrupted");
      } finally {
        text.cancel(true);
      }
    }
  }

  private static String reason(@Nullable Throwable failure) {
    var cause = failure == null ? null : failure.getCause();
    var message = failure == null ? "" : String.valueOf(failure.getMessage());
    return cause == null ? message : message + ": " + cause;
  }

  private String text(URI uri, Path folder) throws ResourceException, InterruptedException {
    var place = uri.isAbsolute() ? uri : folder.toUri().resolve(uri);
    if (!allowed.allows(place)) {
      throw ResourceException.lasting(notAllowed(place), NOT_FOUND);
    }
    var content = AllowedLocations.isFile(place) ? place : RawContent.of(place);
    return decoded(documents.read(new Endpoint(content)));
  }

  private static String decoded(byte[] bytes) throws ResourceException {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      throw ResourceException.lasting("it is no text in UTF-8", NOT_FOUND);
    }
  }

  private static String notAllowed(URI place) {
    return "its location is not allowed; whoever deploys may allow it: %s %s, or %s"
        .formatted(OPTION, around(place), VARIABLE);
  }

  /** The least that would allow it and its neighbours: of a catalog, the whole catalog. */
  private static String around(URI place) {
    var path = place.getPath();
    var functions = path.lastIndexOf("/functions/");
    var end = functions < 0 ? path.lastIndexOf('/') : functions;
    var around = path.substring(0, end + 1);
    return place.getRawAuthority() == null
        ? around
        : place.getScheme() + "://" + place.getRawAuthority() + around;
  }
}
