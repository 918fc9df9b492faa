package dev.millrace.stages.secret;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.stage.StageAnswer;
import java.net.URLEncoder;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import org.jspecify.annotations.Nullable;

/**
 * Takes the credentials of one attempt out of all it says: answers, errors and log lines show
 * {@value #MASK} in their place. It knows them as they are, and in Base64 and as part of a URI.
 *
 * <p>A credential shorter than {@link #PART_LENGTH_MIN} is masked where it is the whole of a text,
 * and not inside one: there it would mask half the language.
 */
public final class Redaction {
  public static final String MASK = "***";

  /** Shortest credential that is masked inside longer text. */
  public static final int PART_LENGTH_MIN = 4;

  /** Shortest line of a credential of several lines, such as a key, that is masked by itself. */
  static final int LINE_LENGTH_MIN = 8;

  private static final ScopedValue<Redaction> CURRENT = ScopedValue.newInstance();

  /** Longest first, so that what contains another is masked as a whole. */
  private final Set<String> parts =
      new ConcurrentSkipListSet<>(
          Comparator.comparingInt(String::length)
              .reversed()
              .thenComparing(Comparator.naturalOrder()));

  private final Set<String> wholes = new ConcurrentSkipListSet<>();

  /** Where in the arguments of the attempt secrets were filled in. */
  private final List<String> pointers;

  Redaction() {
    this(List.of());
  }

  /**
   * @param pointers where in the arguments secrets are filled in
   */
  Redaction(List<String> pointers) {
    this.pointers = List.copyOf(pointers);
  }

  /**
   * That of the attempt under way, for the threads it starts; outside of an attempt one that hides
   * nothing.
   */
  public static Redaction current() {
    return CURRENT.isBound() ? CURRENT.get() : new Redaction();
  }

  static boolean isUnderWay() {
    return CURRENT.isBound();
  }

  /** Whether secrets were filled in at this place of the attempt's arguments, or in its value. */
  public boolean isFilledIn(String pointer) {
    var place = pointer + "/";
    return pointers.stream()
        .map(each -> each + "/")
        .anyMatch(each -> each.startsWith(place) || place.startsWith(each));
  }

  /** What it hides inside longer text by now, the longest first. */
  public List<String> parts() {
    return List.copyOf(parts);
  }

  /** Hides a credential that this attempt has come by, from now on. Nothing outside an attempt. */
  public static void hide(String credential) {
    if (CURRENT.isBound()) {
      CURRENT.get().add(credential);
    }
  }

  /** Text for a log or an error, without the credentials of the attempt under way. */
  public static String shown(String text) {
    return CURRENT.isBound() ? CURRENT.get().masked(text) : text;
  }

  /** What runs within this redaction. */
  interface Work<T> {
    T run() throws Exception;
  }

  <T> T around(Work<T> work) throws Exception {
    return ScopedValue.where(CURRENT, this).call(work::run);
  }

  /** Every text of a secret. */
  void add(JsonNode secret) {
    if (secret.isContainerNode()) {
      secret.forEach(this::add);
    } else if (secret.isTextual() || secret.isNumber()) {
      add(secret.asText());
    }
  }

  private void add(String credential) {
    if (credential.length() < PART_LENGTH_MIN) {
      wholes.add(credential);
      return;
    }
    credential.lines().filter(line -> line.length() >= LINE_LENGTH_MIN).forEach(parts::add);
    parts.add(credential);
    parts.add(Base64.getEncoder().encodeToString(credential.getBytes(UTF_8)));
    parts.add(URLEncoder.encode(credential, UTF_8));
    parts.add(URLEncoder.encode(credential, UTF_8).replace("+", "%20"));
    var written = TextNode.valueOf(credential).toString();
    parts.add(written.substring(1, written.length() - 1));
  }

  private boolean isEmpty() {
    return parts.isEmpty() && wholes.isEmpty();
  }

  /** The text without its credentials. */
  public String masked(String text) {
    if (!text.isEmpty() && wholes.contains(text.strip())) {
      return MASK;
    }
    var shown = text;
    for (var part : parts) {
      shown = shown.replace(part, MASK);
    }
    return shown;
  }

  StageAnswer masked(StageAnswer answer) {
    if (isEmpty()) {
      return answer;
    }
    return switch (answer) {
      case StageAnswer.Completed(var output) -> new StageAnswer.Completed(masked(output));
      case StageAnswer.Refused(var error) -> new StageAnswer.Refused(masked(error));
      case StageAnswer.Unavailable(var error, var pause) ->
          new StageAnswer.Unavailable(masked(error), pause);
      case StageAnswer.Unknown(var error) -> new StageAnswer.Unknown(masked(error));
    };
  }

  private WorkflowError masked(WorkflowError error) {
    return new WorkflowError(
        masked(error.type()),
        error.status(),
        masked(error.title()),
        maskedNullable(error.detail()),
        maskedNullable(error.instance()));
  }

  private @Nullable String maskedNullable(@Nullable String text) {
    return text == null ? null : masked(text);
  }

  JsonNode masked(JsonNode value) {
    return switch (value) {
      case ObjectNode object -> {
        var shown = object.objectNode();
        object
            .properties()
            .forEach(each -> shown.set(masked(each.getKey()), masked(each.getValue())));
        yield shown;
      }
      case ArrayNode array -> {
        var shown = array.arrayNode(array.size());
        array.forEach(each -> shown.add(masked(each)));
        yield shown;
      }
      case TextNode text -> {
        var shown = masked(text.textValue());
        yield shown.equals(text.textValue()) ? text : TextNode.valueOf(shown);
      }
      default -> value;
    };
  }

  /** The failure itself, unless it or one of its causes tells a credential. */
  Exception masked(Exception failure) {
    if (!tells(failure)) {
      return failure;
    }
    var shown = new RuntimeException(failure.getClass().getName() + ": " + masked(said(failure)));
    shown.setStackTrace(failure.getStackTrace());
    return shown;
  }

  private static String said(Throwable failure) {
    return String.valueOf(failure.getMessage());
  }

  private boolean tells(Exception failure) {
    var said = new StringBuilder();
    var seen = new TreeSet<Integer>();
    List<Throwable> waiting = new java.util.ArrayList<>(List.of(failure));
    while (!waiting.isEmpty()) {
      var next = waiting.removeLast();
      if (seen.add(System.identityHashCode(next))) {
        said.append(next).append('\n');
        waiting.addAll(List.of(next.getSuppressed()));
        if (next.getCause() != null) {
          waiting.add(next.getCause());
        }
      }
    }
    return !masked(said.toString()).contentEquals(said);
  }
}
