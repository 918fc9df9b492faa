package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code run.shell} and {@code run.script}. A shell line and the code of a script
 * are the definition's own text and nothing is ever put into it: data goes there as arguments, as
 * environment, or as standard input.
 */
record ProcessCompiler(Expressions expressions, EndpointCompiler endpoints) {
  private static final Set<String> SHELL = Set.of("command", "arguments", "environment", "stdin");
  private static final Set<String> SCRIPT =
      Set.of("language", "code", "source", "arguments", "environment", "stdin");

  private static final Set<String> LANGUAGES = Set.of("js", "javascript", "python");

  /** The reference says js, the specification's examples javascript: workers know the first. */
  private static final Map<String, String> SYNONYMS = Map.of("javascript", "js");

  private static final Set<String> RESOURCE = Set.of("name", "endpoint");

  /** Code beyond this is a program, and belongs into a file. */
  private static final int CODE_LENGTH_MAX = 256 * 1024;

  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
  private static final Pattern EMBEDDED = Pattern.compile("\\$\\{(\\s|\\.)");
  private static final Pattern COMPUTED = Pattern.compile("[{}]");
  private static final Pattern POSITIONAL = Pattern.compile("\\$[{]?[1-9@*#]");
  private static final Pattern RESERVED = Pattern.compile("(MILLRACE_|LD_|DYLD_).*");

  Map<String, Template> shell(Source shell, Set<String> variables) {
    shell.allow("a shell command", SHELL, Set.of());
    Map<String, Template> arguments = new LinkedHashMap<>();
    var command = shell.required("command", "the command to run");
    putCommand(arguments, command, shell.has("arguments"), variables);
    put(arguments, "arguments", words(shell.member("arguments"), variables));
    putSurroundings(arguments, shell, variables);
    return arguments;
  }

  void putCommand(
      Map<String, Template> arguments,
      @Nullable Source command,
      boolean hasArguments,
      Set<String> variables) {
    var text = command == null ? null : command.text("the command to run");
    if (command == null || text == null) {
      return;
    }
    var isComputed = TemplateCompiler.isEnclosed(text);
    arguments.put(
        "command",
        isComputed ? expressions.expression(command, variables) : RunCompiler.text(text));
    arguments.put("computed", RunCompiler.flag(isComputed));
    if (!isComputed) {
      checkLine(command, text, hasArguments);
    }
  }

  private static void checkLine(Source command, String text, boolean hasArguments) {
    if (text.isBlank()) {
      command.error("expected the command to run, found nothing");
    } else if (EMBEDDED.matcher(text).find()) {
      command.error(
          "data is never put into a command; pass it in 'arguments' and write \"$1\" for the"
              + " first");
    } else if (hasArguments
        && CommandWords.of(text).isEmpty()
        && !POSITIONAL.matcher(text).find()) {
      command.warning("a shell line gets its arguments as $1, $2 and so on; this one uses none");
    }
  }

  Map<String, Template> script(Source script, Set<String> variables) {
    script.allow("a script", SCRIPT, Set.of());
    Map<String, Template> arguments = new LinkedHashMap<>();
    var language = script.required("language", "js or python");
    var word = language == null ? null : language.oneOf(LANGUAGES);
    put(
        arguments,
        "language",
        word == null ? null : RunCompiler.text(SYNONYMS.getOrDefault(word, word)));
    putCode(arguments, script, variables);
    put(arguments, "arguments", globals(script.member("arguments"), variables));
    putSurroundings(arguments, script, variables);
    return arguments;
  }

  private void putCode(Map<String, Template> arguments, Source script, Set<String> variables) {
    if (script.has("code") == script.has("source")) {
      script.errorAtKey("expected either 'code' or 'source'", null);
      return;
    }
    var code = script.member("code");
    if (code != null) {
      put(arguments, "code", code(code));
      return;
    }
    var source = script.present("source");
    if (source.requireObject("an external resource: {endpoint: …}")) {
      source.allow("an external resource", RESOURCE, Set.of());
      var endpoint = source.required("endpoint", "the URI of the script");
      put(arguments, "source", endpoint == null ? null : resource(endpoint, variables));
    }
  }

  private Template resource(Source endpoint, Set<String> variables) {
    var uri = endpoint.isObject() ? endpoint.member("uri") : endpoint;
    if (uri != null && uri.isText() && COMPUTED.matcher(uri.value().textValue()).find()) {
      uri.error("where code comes from is never computed; pass data in 'arguments'");
    }
    return new HttpCallCompiler(expressions, endpoints).get(endpoint, variables);
  }

  private static @Nullable Template code(Source source) {
    var text = source.text("the code of the script");
    if (text == null) {
      return null;
    }
    if (TemplateCompiler.isEnclosed(text)) {
      source.error("code is never computed; pass data in 'arguments' or 'environment'");
    } else if (text.length() > CODE_LENGTH_MAX) {
      source.error("code has at most " + CODE_LENGTH_MAX + " characters");
    }
    return RunCompiler.text(text);
  }

  /** A list of arguments, or an object of named ones. */
  @Nullable Template words(@Nullable Source source, Set<String> variables) {
    if (source == null) {
      return null;
    }
    if (isExpression(source)) {
      return expressions.expression(source, variables);
    }
    if (!source.isObject() && !source.value().isArray()) {
      source.error("expected a list of arguments, an object of them, or an expression");
      return null;
    }
    for (var name : source.isObject() ? source.names() : java.util.List.<String>of()) {
      if (TemplateCompiler.isEnclosed(name)) {
        source
            .present(name)
            .errorAtKey("names are not computed; put computed arguments into a list", null);
      }
    }
    return expressions.template(source, variables);
  }

  /** Arguments of a script: an object of variables it sees, or a list. */
  private @Nullable Template globals(@Nullable Source source, Set<String> variables) {
    if (source != null && source.isObject()) {
      requireNames(source, "the name of a variable");
    }
    return words(source, variables);
  }

  void putSurroundings(Map<String, Template> arguments, Source process, Set<String> variables) {
    put(arguments, "environment", environment(process.member("environment"), variables));
    var stdin = process.member("stdin");
    put(arguments, "stdin", stdin == null ? null : expressions.template(stdin, variables));
  }

  @Nullable Template environment(@Nullable Source source, Set<String> variables) {
    if (source == null) {
      return null;
    }
    if (isExpression(source)) {
      return expressions.expression(source, variables);
    }
    if (!source.requireObject("an object of environment variables, or an expression")) {
      return null;
    }
    requireNames(source, "the name of an environment variable");
    for (var variable : source.members()) {
      if (RESERVED.matcher(variable.key()).matches()) {
        variable.errorAtKey("a definition cannot set " + variable.key(), null);
      }
    }
    return expressions.template(source, variables);
  }

  private static void requireNames(Source source, String what) {
    for (var member : source.members()) {
      if (!VARIABLE.matcher(member.key()).matches()) {
        member.errorAtKey(
            "expected " + what + ": letters, digits and underscores, no digit first", null);
      }
    }
  }

  static boolean isExpression(Source source) {
    return source.isText() && TemplateCompiler.isEnclosed(source.value().textValue());
  }

  static void put(Map<String, Template> arguments, String name, @Nullable Template value) {
    if (value != null) {
      arguments.put(name, value);
    }
  }
}
