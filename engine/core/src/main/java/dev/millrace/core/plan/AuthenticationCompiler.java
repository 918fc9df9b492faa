package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.expression.ConstantTemplate;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Authentications, inline, by the name of one in {@code use.authentications}, or with the whole of
 * a scheme in a secret. What comes out is the argument {@code authentication} of a stage: an object
 * with one of the schemes.
 *
 * @param named what {@code {use: name}} can mean
 */
record AuthenticationCompiler(Expressions expressions, Map<String, Template> named) {
  private static final Set<String> SCHEMES = Set.of("basic", "bearer", "digest", "oauth2", "oidc");
  private static final Map<String, Set<String>> CREDENTIALS =
      Map.of(
          "basic", Set.of("username", "password"),
          "bearer", Set.of("token"),
          "digest", Set.of("username", "password"));
  private static final Set<String> CONFIDENTIAL = Set.of("password", "token");
  static final String READABLE =
      "everybody who can read this definition can read this credential; put it into a secret:"
          + " ${ $secrets.name }";

  /** One of {@code use.authentications}. */
  Template reusable(Source source) {
    var variables = Names.OUTERMOST.outgoing();
    var template = isPolicy(source) ? policy(source, variables) : null;
    return template == null ? Template.constant(source.value()) : template;
  }

  @Nullable Template compile(@Nullable Source source, Set<String> variables) {
    if (source == null) {
      return null;
    }
    if (source.isText()) {
      source.error("expected an authentication, found text", "{use: " + source.value() + "}");
      return null;
    }
    if (!source.has("use")) {
      return isPolicy(source) ? policy(source, variables) : null;
    }
    source.allow("a named authentication", Set.of("use"), Set.of());
    var name = source.present("use");
    return name.text("the name of one in use.authentications") == null
        ? null
        : Reusables.named(name, named, "authentication");
  }

  /**
   * The same, where not every scheme will do.
   *
   * @param where in words, e.g. {@code a grpc call}
   */
  @Nullable Template compile(
      @Nullable Source source, Set<String> variables, Set<String> schemes, String where) {
    var template = compile(source, variables);
    if (source != null && template != null) {
      var scheme = scheme(template);
      if (SCHEMES.contains(scheme) && !schemes.contains(scheme)) {
        source.unsupported(
            "authentication '%s' is not supported for %s; it has %s"
                .formatted(scheme, where, Source.listed(schemes)));
      }
    }
    return template;
  }

  /** Empty for what is none, which has been reported. */
  private static String scheme(Template template) {
    return switch (template) {
      case ObjectTemplate object -> object.members().keySet().stream().findFirst().orElse("");
      case ConstantTemplate constant when constant.value().size() == 1 ->
          constant.value().fieldNames().hasNext() ? constant.value().fieldNames().next() : "";
      default -> "";
    };
  }

  private static boolean isPolicy(Source source) {
    if (!source.requireObject("an authentication with one of " + Source.listed(SCHEMES))) {
      return false;
    }
    source.allow("an authentication", SCHEMES, Set.of());
    if (source.value().size() != 1) {
      source.error("expected one of " + Source.listed(SCHEMES));
      return false;
    }
    return SCHEMES.contains(source.members().getFirst().key());
  }

  private @Nullable Template policy(Source source, Set<String> variables) {
    var scheme = source.members().getFirst();
    if (!scheme.requireObject("an object")) {
      return null;
    }
    var template = scheme.has("use") ? ofSecret(scheme) : inline(scheme, scheme.key(), variables);
    return template == null ? null : ObjectTemplate.of(Map.of(scheme.key(), template));
  }

  private @Nullable Template ofSecret(Source scheme) {
    scheme.allow("an authentication from a secret", Set.of("use"), Set.of());
    var reference = scheme.present("use");
    var name = reference.text("the name of a secret");
    if (name == null) {
      return null;
    }
    var secret = "$secrets[" + TextNode.valueOf(name) + "]";
    return expressions.secret(
        reference,
        scheme.key().equals("bearer")
            ? secret + " | if type == \"string\" then {token: .} else . end"
            : secret);
  }

  private Template inline(Source scheme, String name, Set<String> variables) {
    var members = CREDENTIALS.get(name);
    if (members == null) {
      return new TokenCompiler(expressions).compile(scheme, variables);
    }
    scheme.allow("this authentication", members, Set.of());
    Map<String, Template> credentials = new LinkedHashMap<>();
    for (var member : members) {
      var value = scheme.required(member, "text or an expression");
      if (value != null) {
        credentials.put(member, credential(value, variables));
      }
    }
    return ObjectTemplate.of(credentials);
  }

  /** Text or an expression; warns of what should not be written into a definition. */
  private Template credential(Source source, Set<String> variables) {
    source.text("text or an expression");
    var template = expressions.template(source, variables);
    if (template instanceof ConstantTemplate && CONFIDENTIAL.contains(source.key())) {
      source.warning(READABLE);
    }
    return template;
  }
}
