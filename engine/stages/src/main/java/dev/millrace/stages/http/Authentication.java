package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.stages.secret.Redaction;
import java.util.Base64;

/** How a call says who makes it, whatever its protocol. None of them shows a credential. */
public sealed interface Authentication {

  record None() implements Authentication {}

  record Basic(String username, String password) implements Authentication {
    /** Of the header {@code Authorization}. */
    String value() {
      var pair = (username + ":" + password).getBytes(UTF_8);
      return "Basic " + Base64.getEncoder().encodeToString(pair);
    }

    @Override
    public String toString() {
      return "Basic[***]";
    }
  }

  record Bearer(String token) implements Authentication {
    @Override
    public String toString() {
      return "Bearer[***]";
    }
  }

  /** Answers the server's challenge. */
  record Digest(String username, String password) implements Authentication {
    @Override
    public String toString() {
      return "Digest[***]";
    }
  }

  /** Gets a token first. */
  record Token(TokenGrant grant) implements Authentication {}

  /**
   * @param json the argument {@code authentication}: an object with one scheme; absent or null for
   *     none
   * @throws IllegalArgumentException if it is none; the message repeats no credential
   */
  static Authentication read(JsonNode json) {
    if (json.isMissingNode() || json.isNull()) {
      return new None();
    }
    if (json.size() != 1) {
      throw new IllegalArgumentException("'authentication' has one scheme, got " + json.size());
    }
    var scheme = json.properties().iterator().next();
    var values = scheme.getValue();
    return switch (scheme.getKey()) {
      case "basic" -> basic(text(values, "username"), text(values, "password"));
      case "bearer" -> bearer(text(values, "token"));
      case "digest" -> new Digest(text(values, "username"), text(values, "password"));
      case "oauth2" -> new Token(TokenGrant.read(values, false));
      case "oidc" -> new Token(TokenGrant.read(values, true));
      default ->
          throw new IllegalArgumentException(
              "'authentication' is basic, bearer, digest, oauth2 or oidc");
    };
  }

  private static Authentication basic(String username, String password) {
    var basic = new Basic(username, password);
    Redaction.hide(basic.value().substring("Basic ".length()));
    return basic;
  }

  private static Authentication bearer(String token) {
    Redaction.hide(token);
    return new Bearer(token);
  }

  /** Credentials are text; a number is what somebody forgot to quote. */
  private static String text(JsonNode values, String name) {
    var value = values.path(name);
    if (!value.isTextual() && !value.isNumber()) {
      throw new IllegalArgumentException("'authentication' needs '" + name + "', a text");
    }
    return value.asText();
  }
}
