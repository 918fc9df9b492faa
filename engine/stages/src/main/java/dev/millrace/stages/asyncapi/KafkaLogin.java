package dev.millrace.stages.asyncapi;

import dev.millrace.stages.asyncapi.KafkaChannel.Login;
import dev.millrace.stages.http.Authentication;
import dev.millrace.stages.http.AuthorizedClient;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.kafka.common.config.SaslConfigs;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule;
import org.apache.kafka.common.security.plain.PlainLoginModule;
import org.apache.kafka.common.security.scram.ScramLoginModule;
import org.jspecify.annotations.Nullable;

/**
 * Authentications as Kafka has them, which is by SASL: a name and a password by PLAIN or SCRAM, as
 * the server's security schemes say and by PLAIN if they do not; a token by OAUTHBEARER.
 *
 * @see <a href="https://kafka.apache.org/documentation/#security_sasl">Authentication using
 *     SASL</a>
 */
final class KafkaLogin {
  private static final String PLAIN = "PLAIN";
  private static final String BEARER = "OAUTHBEARER";
  private static final Map<String, String> BY_PASSWORD =
      Map.of(
          "scramSha512",
          "SCRAM-SHA-512",
          "scramSha256",
          "SCRAM-SHA-256",
          "plain",
          PLAIN,
          "userPassword",
          PLAIN);
  private static final Map<String, String> BY_TOKEN =
      Map.of("oauth2", BEARER, "openIdConnect", BEARER, "http", BEARER);

  private KafkaLogin() {}

  /**
   * @param schemes types of security schemes that the server takes; empty if it names none
   * @return null if nobody has to say who they are
   * @throws IllegalArgumentException if the server takes nothing of what there is
   */
  static @Nullable Login of(Authentication authentication, List<String> schemes) {
    return switch (authentication) {
      case Authentication.None _ when schemes.isEmpty() -> null;
      case Authentication.None _ ->
          throw new IllegalArgumentException(
              "the server wants its clients to authenticate, by "
                  + String.join(", ", schemes)
                  + "; give the call an 'authentication'");
      case Authentication.Basic basic -> login(basic, schemes, BY_PASSWORD, PLAIN);
      case Authentication.Bearer bearer -> login(bearer, schemes, BY_TOKEN, BEARER);
      case Authentication.Token token -> login(token, schemes, BY_TOKEN, BEARER);
      case Authentication.Digest _ ->
          throw new IllegalArgumentException("Kafka knows no authentication 'digest'");
    };
  }

  private static Login login(
      Authentication authentication,
      List<String> schemes,
      Map<String, String> mechanisms,
      String usual) {
    if (schemes.isEmpty()) {
      return new Login(usual, authentication);
    }
    return schemes.stream()
        .flatMap(scheme -> Optional.ofNullable(mechanisms.get(scheme)).stream())
        .findFirst()
        .map(mechanism -> new Login(mechanism, authentication))
        .orElseThrow(() ->
            new IllegalArgumentException(
                "the server takes "
                    + String.join(", ", schemes)
                    + ", which is no 'authentication' of this kind"));
  }

  /** What a client needs besides the protocol. */
  static Map<String, Object> config(Login login, AuthorizedClient credentials) {
    Map<String, Object> config = new HashMap<>();
    config.put(SaslConfigs.SASL_MECHANISM, login.mechanism());
    if (login.authentication() instanceof Authentication.Basic(var username, var password)) {
      var module =
          login.mechanism().equals(PLAIN) ? PlainLoginModule.class : ScramLoginModule.class;
      config.put(
          SaslConfigs.SASL_JAAS_CONFIG,
          "%s required username=%s password=%s;"
              .formatted(module.getName(), quoted(username), quoted(password)));
    } else {
      // Clients with equal text share a login, and so a token: this one is like no other.
      config.put(
          SaslConfigs.SASL_JAAS_CONFIG,
          "%s required login=%s;"
              .formatted(
                  OAuthBearerLoginModule.class.getName(), quoted(UUID.randomUUID().toString())));
      config.put(SaslConfigs.SASL_LOGIN_CALLBACK_HANDLER_CLASS, KafkaTokens.class);
      config.put(KafkaTokens.SOURCE, new KafkaTokens.Source(credentials, login.authentication()));
    }
    return config;
  }

  private static String quoted(String text) {
    if (text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException("'authentication' holds a control character");
    }
    return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
  }
}
