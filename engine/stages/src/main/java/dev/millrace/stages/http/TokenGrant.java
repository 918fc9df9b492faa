package dev.millrace.stages.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How to get a token. Equal ones share a token.
 *
 * @param authority without a slash at its end
 * @param discovers whether the token endpoint is found by OpenID Connect discovery
 * @param tokenPath below the authority, or a URI of its own; not used if it is discovered
 * @param clientAuthentication as OpenID Connect Core names them, e.g. {@code client_secret_post}
 * @param json whether the request is JSON instead of a form
 * @param issuers those a token may be of; empty for any
 */
record TokenGrant(
    String authority,
    boolean discovers,
    String tokenPath,
    boolean byPassword,
    String clientId,
    @Nullable String clientSecret,
    @Nullable String assertion,
    String clientAuthentication,
    boolean json,
    List<String> issuers,
    List<String> scopes,
    List<String> audiences,
    @Nullable String username,
    @Nullable String password) {
  private static final String TOKEN_PATH = "/oauth2/token";
  private static final Set<String> GRANTS = Set.of("client_credentials", "password");

  /** Texts in one of the lists. */
  private static final int LIST_MAX = 100;

  /**
   * @param json {@code oauth2} or {@code oidc} of an authentication
   * @throws IllegalArgumentException if it is none; the message repeats no credential
   */
  static TokenGrant read(JsonNode json, boolean discovers) {
    var client = json.path("client");
    var grant = required(json, "grant");
    if (!GRANTS.contains(grant)) {
      throw new IllegalArgumentException(
          "the 'grant' of an authentication is client_credentials or password");
    }
    var byPassword = grant.equals("password");
    var authentication = client.path("authentication").asText(usual(client));
    if (!byPassword && authentication.equals("none")) {
      throw new IllegalArgumentException(
          "the grant client_credentials needs a client with a 'secret' or an 'assertion'");
    }
    return new TokenGrant(
        authority(required(json, "authority")),
        discovers,
        json.path("endpoints").path("token").asText(TOKEN_PATH),
        byPassword,
        required(client, "id"),
        optional(client, "secret"),
        optional(client, "assertion"),
        authentication,
        json.path("request").path("encoding").asText().equals("application/json"),
        list(json, "issuers"),
        list(json, "scopes"),
        list(json, "audiences"),
        byPassword ? required(json, "username") : null,
        byPassword ? required(json, "password") : null);
  }

  /** How a client authenticates that does not say how. */
  private static String usual(JsonNode client) {
    if (client.has("secret")) {
      return "client_secret_post";
    }
    return client.has("assertion") ? "private_key_jwt" : "none";
  }

  /**
   * @throws IllegalArgumentException if this is no place to ask for a token
   */
  URI tokenEndpoint() {
    var path = tokenPath.startsWith("/") ? tokenPath : "/" + tokenPath;
    return uri(tokenPath.contains("://") ? tokenPath : authority + path);
  }

  /**
   * @see <a href="https://openid.net/specs/openid-connect-discovery-1_0.html">OpenID Connect
   *     Discovery 1.0, section 4</a>
   */
  URI configuration() {
    return uri(authority + "/.well-known/openid-configuration");
  }

  private static URI uri(String text) {
    try {
      return HttpCall.checked(URI.create(text));
    } catch (IllegalArgumentException _) {
      throw new IllegalArgumentException(
          "the authority of an authentication, or its token endpoint, is no http or https URI");
    }
  }

  private static String authority(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private static String required(JsonNode json, String name) {
    var text = optional(json, name);
    if (text == null) {
      throw new IllegalArgumentException("'authentication' needs '" + name + "', a text");
    }
    return text;
  }

  private static @Nullable String optional(JsonNode json, String name) {
    var value = json.path(name);
    return value.isTextual() || value.isNumber() ? value.asText() : null;
  }

  private static List<String> list(JsonNode json, String name) {
    var texts = new ArrayList<String>();
    for (var value : json.path(name)) {
      if (!value.isTextual() || texts.size() == LIST_MAX) {
        throw new IllegalArgumentException(
            "'" + name + "' of an authentication has up to " + LIST_MAX + " texts");
      }
      texts.add(value.textValue());
    }
    return List.copyOf(texts);
  }

  /** Shows no credential. */
  @Override
  public String toString() {
    return "TokenGrant[" + authority + ", " + clientId + "]";
  }
}
