package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Scope;
import dev.millrace.core.expression.SecretExpression;
import dev.millrace.core.expression.Template;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A URI with {@code {names}} that are filled from the top level of a task's input.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6570#section-3.2.2">RFC 6570, simple string
 *     expansion</a>
 */
record UriTemplate(String text) implements Template {
  private static final Pattern VARIABLE = Pattern.compile("\\{([A-Za-z0-9_]+)}");
  private static final String FILE = "file";
  private static final Set<String> HTTP = Set.of("http", "https");
  private static final String UNRESERVED =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

  /** What is wrong with the text as a template of an http URI; empty when nothing is. */
  static Optional<String> complaint(String text) {
    return complaint(text, HTTP);
  }

  /**
   * What is wrong with the text as a template of a URI; empty when nothing is.
   *
   * @param schemes the URI may have, of http, https and file
   */
  static Optional<String> complaint(String text, Set<String> schemes) {
    return complaintAboutUri(VARIABLE.matcher(text).replaceAll("0"), schemes);
  }

  private static Optional<String> complaintAboutUri(String text, Set<String> schemes) {
    try {
      return leadsSomewhere(URI.create(text), schemes)
          ? Optional.empty()
          : Optional.of("expected a URI that begins with " + beginnings(schemes));
    } catch (IllegalArgumentException e) {
      return Optional.of(
          "not a URI, with {names} of the input in it or without: " + e.getMessage());
    }
  }

  private static boolean leadsSomewhere(URI uri, Set<String> schemes) {
    var scheme = String.valueOf(uri.getScheme()).toLowerCase(Locale.ROOT);
    return schemes.contains(scheme)
        && (scheme.equals(FILE) ? uri.getPath() != null : uri.getRawAuthority() != null);
  }

  private static String beginnings(Set<String> schemes) {
    return schemes.stream().sorted().map(it -> it + "://").collect(Collectors.joining(" or "));
  }

  /** The template; a constant if it names nothing. */
  static Template of(String text) {
    return VARIABLE.matcher(text).find()
        ? new UriTemplate(text)
        : Template.constant(TextNode.valueOf(text));
  }

  /**
   * A URI that an expression computes, and that is an http URI. With secrets in it the engine does
   * not know what it will be: then the stage checks it.
   */
  static Template computed(Template template) {
    return computed(template, HTTP);
  }

  /** A URI that an expression computes, with one of the schemes. */
  static Template computed(Template template, Set<String> schemes) {
    return template instanceof SecretExpression ? template : checked(template, schemes);
  }

  private static Template checked(Template template, Set<String> schemes) {
    return scope -> {
      var uri = template.evaluate(scope);
      var complaint =
          uri.isTextual() ? complaintAboutUri(uri.textValue(), schemes) : Optional.of("no text");
      if (complaint.isPresent()) {
        throw new ExpressionException("the endpoint is " + uri + ": " + complaint.get());
      }
      return uri;
    };
  }

  @Override
  public JsonNode evaluate(Scope scope) {
    var input = scope.current();
    return TextNode.valueOf(
        VARIABLE.matcher(text).replaceAll(match -> Matcher.quoteReplacement(expand(match, input))));
  }

  private String expand(MatchResult match, JsonNode input) {
    var value = input.path(match.group(1));
    if (!value.isValueNode() || value.isNull()) {
      throw new ExpressionException(
          "the endpoint "
              + text
              + " needs text or a number as '"
              + match.group(1)
              + "' of its input");
    }
    return encode(value.asText());
  }

  private static String encode(String text) {
    var encoded = new StringBuilder();
    for (var each : text.getBytes(StandardCharsets.UTF_8)) {
      if (UNRESERVED.indexOf(each) >= 0) {
        encoded.append((char) each);
      } else {
        encoded.append("%%%02X".formatted(each));
      }
    }
    return encoded.toString();
  }
}
