package dev.millrace.stages.asyncapi;

import dev.millrace.stages.http.Authentication;
import dev.millrace.stages.http.AuthorizedClient;
import dev.millrace.stages.http.NoTokenException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.security.auth.callback.Callback;
import javax.security.auth.callback.UnsupportedCallbackException;
import javax.security.auth.login.AppConfigurationEntry;
import org.apache.kafka.common.security.auth.AuthenticateCallbackHandler;
import org.apache.kafka.common.security.auth.SaslExtensions;
import org.apache.kafka.common.security.auth.SaslExtensionsCallback;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerToken;
import org.apache.kafka.common.security.oauthbearer.OAuthBearerTokenCallback;
import org.jspecify.annotations.Nullable;

/** Gives Kafka's clients the tokens that all other calls have too. Made by Kafka. */
public final class KafkaTokens implements AuthenticateCallbackHandler {
  /** Configuration: where the tokens are from. */
  static final String SOURCE = "millrace.asyncapi.tokens";

  /**
   * How long Kafka believes in a token before it asks again; whether it lives is not its matter.
   */
  private static final Duration BELIEVED = Duration.ofMinutes(2);

  private @Nullable Source source;

  /** Shows nothing. */
  record Source(AuthorizedClient credentials, Authentication authentication) {
    String token() throws IOException {
      try {
        var authorization = String.valueOf(credentials.authorization(authentication));
        return authorization.substring(authorization.indexOf(' ') + 1);
      } catch (NoTokenException e) {
        throw new IOException("there is no token", e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IOException("interrupted", e);
      }
    }

    @Override
    public String toString() {
      return "***";
    }
  }

  @Override
  public void configure(
      Map<String, ?> configs, String mechanism, List<AppConfigurationEntry> entries) {
    source = (Source) configs.get(SOURCE);
  }

  @Override
  public void handle(Callback[] callbacks) throws IOException, UnsupportedCallbackException {
    for (var callback : callbacks) {
      switch (callback) {
        case OAuthBearerTokenCallback asked -> asked.token(token());
        case SaslExtensionsCallback asked -> asked.extensions(SaslExtensions.empty());
        default -> throw new UnsupportedCallbackException(callback);
      }
    }
  }

  private OAuthBearerToken token() throws IOException {
    if (source == null) {
      throw new IllegalStateException("not configured");
    }
    var now = System.currentTimeMillis();
    return new Token(source.token(), now, now + BELIEVED.toMillis());
  }

  /** A token as Kafka wants to see it: what it says is between its authority and the server. */
  private record Token(String value, Long startTimeMs, long lifetimeMs)
      implements OAuthBearerToken {
    @Override
    public Set<String> scope() {
      return Set.of();
    }

    @Override
    public String principalName() {
      return "millrace";
    }

    @Override
    public String toString() {
      return "***";
    }
  }

  @Override
  public void close() {}
}
