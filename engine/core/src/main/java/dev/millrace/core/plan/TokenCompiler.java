package dev.millrace.core.plan;

import dev.millrace.core.expression.ConstantTemplate;
import dev.millrace.core.expression.ObjectTemplate;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The authentications that get a token first: {@code oauth2}, and {@code oidc}, which finds the
 * token endpoint by discovery.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc6749">RFC 6749, The OAuth 2.0 Authorization
 *     Framework</a>
 */
record TokenCompiler(Expressions expressions) {
  private static final Set<String> MEMBERS =
      Set.of(
          "authority",
          "grant",
          "client",
          "request",
          "issuers",
          "scopes",
          "audiences",
          "username",
          "password");
  private static final Set<String> LATER = Set.of("subject", "actor");
  private static final Set<String> GRANTS = Set.of("client_credentials", "password");
  private static final Set<String> GRANTS_LATER =
      Set.of(
          "authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:token-exchange");
  private static final Set<String> CLIENT = Set.of("id", "secret", "assertion", "authentication");
  private static final Set<String> CLIENT_AUTHENTICATIONS =
      Set.of(
          "client_secret_basic",
          "client_secret_post",
          "client_secret_jwt",
          "private_key_jwt",
          "none");
  private static final Set<String> ENCODINGS =
      Set.of("application/x-www-form-urlencoded", "application/json");
  private static final Set<String> ENDPOINTS = Set.of("token", "revocation", "introspection");

  /** Members that hold a credential, and so should be secrets. */
  private static final Set<String> CONFIDENTIAL = Set.of("secret", "assertion", "password");

  Template compile(Source scheme, Set<String> variables) {
    var discovers = scheme.key().equals("oidc");
    scheme.allow(
        "'" + scheme.key() + "'", discovers ? MEMBERS : Names.union(MEMBERS, "endpoints"), LATER);
    Map<String, Template> members = new LinkedHashMap<>();
    put(members, "authority", authority(scheme, variables));
    put(members, "grant", grant(scheme));
    put(members, "client", client(scheme, variables));
    put(members, "request", request(scheme.member("request")));
    for (var name : new String[] {"issuers", "scopes", "audiences"}) {
      put(members, name, list(scheme.member(name), variables));
    }
    for (var name : new String[] {"username", "password"}) {
      put(members, name, text(scheme.member(name), variables));
    }
    if (!discovers) {
      put(members, "endpoints", endpoints(scheme.member("endpoints"), variables));
    }
    return ObjectTemplate.of(members);
  }

  private static void put(Map<String, Template> members, String name, @Nullable Template value) {
    if (value != null) {
      members.put(name, value);
    }
  }

  private @Nullable Template authority(Source scheme, Set<String> variables) {
    var source = scheme.required("authority", "the URI of the authority");
    var text = source == null ? null : source.text("a URI");
    if (source == null || text == null) {
      return null;
    }
    if (TemplateCompiler.isEnclosed(text)) {
      return UriTemplate.computed(expressions.expression(source, variables));
    }
    UriTemplate.complaint(text).ifPresent(source::error);
    return UriTemplate.of(text);
  }

  private static @Nullable Template grant(Source scheme) {
    var source = scheme.required("grant", Source.listed(GRANTS));
    if (source == null) {
      return null;
    }
    if (GRANTS_LATER.contains(source.value().asText())) {
      source.unsupported(
          "the grant '"
              + source.value().asText()
              + "' is not supported yet by this version; it has "
              + Source.listed(GRANTS));
      return null;
    }
    if (!scheme.has("username") || !scheme.has("password")) {
      if (source.value().asText().equals("password")) {
        source.error("the grant 'password' needs 'username' and 'password'");
      }
    }
    return source.oneOf(GRANTS) == null ? null : Template.constant(source.value());
  }

  private @Nullable Template client(Source scheme, Set<String> variables) {
    var source = scheme.required("client", "the client: {id, secret}");
    if (source == null || !source.requireObject("the client: {id, secret}")) {
      return null;
    }
    source.allow("a client", CLIENT, Set.of());
    source.required("id", "the client's id");
    Map<String, Template> members = new LinkedHashMap<>();
    for (var name : new String[] {"id", "secret", "assertion"}) {
      put(members, name, text(source.member(name), variables));
    }
    if (scheme.present("grant").value().asText().equals("client_credentials")
        && (!source.has("secret") && !source.has("assertion")
            || source.present("authentication").value().asText().equals("none"))) {
      source.error("the grant 'client_credentials' needs a client with a secret or an assertion");
    }
    var authentication = source.member("authentication");
    if (authentication != null && authentication.oneOf(CLIENT_AUTHENTICATIONS) != null) {
      members.put("authentication", Template.constant(authentication.value()));
      checkAuthentication(source, authentication);
    }
    return ObjectTemplate.of(members);
  }

  private static void checkAuthentication(Source client, Source authentication) {
    switch (authentication.value().asText()) {
      case "private_key_jwt" -> {
        if (!client.has("assertion")) {
          authentication.error("'private_key_jwt' needs 'assertion', a JWT that is signed already");
        }
      }
      case "client_secret_jwt" -> {
        if (!client.has("assertion") && !client.has("secret")) {
          authentication.error("'client_secret_jwt' needs 'secret' or 'assertion'");
        }
      }
      case "client_secret_basic", "client_secret_post" -> {
        if (!client.has("secret")) {
          authentication.error("this authentication of the client needs 'secret'");
        }
      }
      default -> {}
    }
  }

  private static @Nullable Template request(@Nullable Source source) {
    if (source == null || !source.requireObject("an object: {encoding}")) {
      return null;
    }
    source.allow("a token request", Set.of("encoding"), Set.of());
    var encoding = source.member("encoding");
    if (encoding != null) {
      encoding.oneOf(ENCODINGS);
    }
    return Template.constant(source.value());
  }

  private @Nullable Template list(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireList("a list of texts")) {
      return null;
    }
    source.elements().forEach(each -> each.text("text or an expression"));
    return expressions.template(source, variables);
  }

  private @Nullable Template text(@Nullable Source source, Set<String> variables) {
    if (source == null) {
      return null;
    }
    source.text("text or an expression");
    var template = expressions.template(source, variables);
    if (template instanceof ConstantTemplate && CONFIDENTIAL.contains(source.key())) {
      source.warning(AuthenticationCompiler.READABLE);
    }
    return template;
  }

  private @Nullable Template endpoints(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("an object: {token}")) {
      return null;
    }
    source.allow("endpoints", ENDPOINTS, Set.of());
    for (var name : new String[] {"revocation", "introspection"}) {
      if (source.has(name)) {
        source.present(name).warning("not used: tokens are neither revoked nor introspected");
      }
    }
    var token = source.member("token");
    if (token == null) {
      return null;
    }
    token.text("a path below the authority, or a URI");
    return ObjectTemplate.of(Map.of("token", expressions.template(token, variables)));
  }
}
