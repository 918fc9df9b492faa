package dev.millrace.stages.run;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.CommandWords;
import dev.millrace.stages.secret.Redaction;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The arguments of {@code run.*} as the compiler made them and expressions filled them in. */
record ProcessArguments(JsonNode arguments) {

  /** Arguments of one process. */
  static final int WORDS_MAX = 1_000;

  /** Characters of its arguments together, and of its environment; systems allow little more. */
  static final int LENGTH_MAX = 512 * 1024;

  private static final String VARIABLE = "[A-Za-z_][A-Za-z0-9_]*";
  private static final String RESERVED = "(MILLRACE_|LD_|DYLD_).*";

  String outcome() {
    return arguments.path("return").asText("stdout");
  }

  /** A command and how to start it. */
  sealed interface Command {
    /** A program with words of the command and arguments of the task. */
    record Program(List<String> words) implements Command {}

    /** Text for a shell, which gets the task's arguments as positional parameters. */
    record Line(String text, List<String> positional) implements Command {}
  }

  /**
   * @throws NotRunException if there is none, or if a computed one would need a shell
   */
  Command command() throws NotRunException {
    var text = arguments.path("command").asText();
    var words = CommandWords.of(text);
    if (words.isPresent()) {
      var all = new ArrayList<>(words.get());
      all.addAll(words());
      return new Command.Program(all);
    }
    if (text.isBlank()) {
      throw invalid("the command is empty");
    }
    if (arguments.path("computed").asBoolean(true)) {
      throw invalid(
          "a command that was computed meets no shell, and this one would need one: "
              + shown(text));
    }
    return new Command.Line(text, words());
  }

  /**
   * The task's arguments in their order. Of an object each name is one, with its value after an
   * equals sign unless that is null.
   *
   * @throws NotRunException if there are too many
   */
  List<String> words() throws NotRunException {
    var words = new ArrayList<String>();
    var given = arguments.path("arguments");
    if (given.isObject()) {
      given
          .properties()
          .forEach(each ->
              words.add(
                  each.getValue().isNull()
                      ? each.getKey()
                      : each.getKey() + "=" + text(each.getValue())));
    } else if (given.isArray()) {
      given.forEach(each -> words.add(text(each)));
    } else if (!given.isMissingNode() && !given.isNull()) {
      throw invalid("'arguments' is a list or an object, not " + shown(given.toString()));
    }
    requireBounds("arguments", words);
    return words;
  }

  /**
   * @throws NotRunException if a name is none, is reserved, or there is too much of it
   */
  Map<String, String> environment() throws NotRunException {
    var given = arguments.path("environment");
    if (!given.isMissingNode() && !given.isNull() && !given.isObject()) {
      throw invalid("'environment' is an object, not " + shown(given.toString()));
    }
    var environment = new LinkedHashMap<String, String>();
    for (var each : given.properties()) {
      if (!each.getKey().matches(VARIABLE) || each.getKey().matches(RESERVED)) {
        throw invalid("a definition cannot set the variable '" + shown(each.getKey()) + "'");
      }
      environment.put(each.getKey(), text(each.getValue()));
    }
    requireBounds("environment", environment.values());
    return environment;
  }

  @Nullable String stdin() {
    var given = arguments.path("stdin");
    return given.isMissingNode() || given.isNull() ? null : text(given);
  }

  private static void requireBounds(String what, java.util.Collection<String> words)
      throws NotRunException {
    var length = words.stream().mapToLong(String::length).sum();
    if (words.size() > WORDS_MAX || length > LENGTH_MAX) {
      throw invalid(
          "'%s' has at most %,d values and %,d characters; pass more by 'stdin'"
              .formatted(what, WORDS_MAX, LENGTH_MAX));
    }
    if (words.stream().anyMatch(word -> word.indexOf('\0') >= 0)) {
      throw invalid("'" + what + "' holds a character that no process can be given");
    }
  }

  static String text(JsonNode value) {
    return value.isContainerNode() ? value.toString() : value.asText();
  }

  static NotRunException invalid(String detail) {
    return new NotRunException(Kind.VALIDATION.error(detail));
  }

  /** Secrets go first, for a half of one would not be recognised later. */
  private static String shown(String text) {
    var line = Redaction.shown(text).replaceAll("[\\p{Cntrl}\\s]+", " ");
    return line.length() <= 100 ? line : line.substring(0, 100) + "…";
  }
}
