package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.stages.secret.Redaction;
import java.net.URI;
import java.net.http.HttpRequest;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.auth.AuthChallenge;
import org.apache.hc.client5.http.auth.AuthScope;
import org.apache.hc.client5.http.auth.AuthenticationException;
import org.apache.hc.client5.http.auth.ChallengeType;
import org.apache.hc.client5.http.auth.MalformedChallengeException;
import org.apache.hc.client5.http.auth.UsernamePasswordCredentials;
import org.apache.hc.client5.http.impl.auth.AuthChallengeParser;
import org.apache.hc.client5.http.impl.auth.BasicCredentialsProvider;
import org.apache.hc.client5.http.impl.auth.DigestScheme;
import org.apache.hc.client5.http.protocol.HttpClientContext;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.ParseException;
import org.apache.hc.core5.http.message.BasicHttpRequest;
import org.apache.hc.core5.http.message.ParserCursor;

/**
 * What a digest challenge is answered with: SHA-256 if the server offers it, else MD5, with {@code
 * qop=auth} where the server has it.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc7616">RFC 7616, HTTP Digest Access
 *     Authentication</a>
 */
final class DigestAnswer {
  /** Best first. */
  private static final List<String> ALGORITHMS = List.of("SHA-256", "MD5");

  private DigestAnswer() {}

  /**
   * @param challenges the values of {@code WWW-Authenticate}
   * @return the value of {@code Authorization}; empty if no challenge is one that can be answered
   */
  static Optional<String> of(
      Authentication.Digest digest, HttpRequest request, List<String> challenges) {
    return best(challenges).flatMap(challenge -> answer(digest, request, challenge));
  }

  /** Whether one of the challenges is of a kind that can be answered. */
  static boolean isPossible(List<String> challenges) {
    return best(challenges).isPresent();
  }

  private static Optional<AuthChallenge> best(List<String> challenges) {
    return challenges.stream()
        .flatMap(header -> parsed(header).stream())
        .filter(challenge -> ALGORITHMS.contains(algorithm(challenge)))
        .min(Comparator.comparingInt(challenge -> ALGORITHMS.indexOf(algorithm(challenge))));
  }

  private static List<AuthChallenge> parsed(String header) {
    try {
      return AuthChallengeParser.INSTANCE
          .parse(ChallengeType.TARGET, header, new ParserCursor(0, header.length()))
          .stream()
          .filter(challenge -> challenge.getSchemeName().equalsIgnoreCase("digest"))
          .toList();
    } catch (ParseException _) {
      return List.of();
    }
  }

  private static String algorithm(AuthChallenge challenge) {
    return parameters(challenge).getOrDefault("algorithm", "MD5").toUpperCase(Locale.ROOT);
  }

  private static Map<String, String> parameters(AuthChallenge challenge) {
    var parameters = new HashMap<String, String>();
    if (challenge.getParams() != null) {
      challenge
          .getParams()
          .forEach(
              each -> parameters.put(each.getName().toLowerCase(Locale.ROOT), each.getValue()));
    }
    return parameters;
  }

  private static Optional<String> answer(
      Authentication.Digest digest, HttpRequest request, AuthChallenge challenge) {
    var host =
        new HttpHost(request.uri().getScheme(), request.uri().getHost(), request.uri().getPort());
    var credentials = new BasicCredentialsProvider();
    credentials.setCredentials(
        new AuthScope(null, -1),
        new UsernamePasswordCredentials(digest.username(), digest.password().toCharArray()));
    var context = HttpClientContext.create();
    try {
      var scheme = new DigestScheme(UTF_8);
      scheme.processChallenge(challenge, context);
      if (!scheme.isResponseReady(host, credentials, context)) {
        return Optional.empty();
      }
      var answer =
          scheme.generateAuthResponse(
              host, new BasicHttpRequest(request.method(), target(request.uri())), context);
      Redaction.hide(answer);
      return Optional.of(answer);
    } catch (MalformedChallengeException | AuthenticationException _) {
      return Optional.empty();
    }
  }

  private static String target(URI uri) {
    var path = uri.getRawPath().isEmpty() ? "/" : uri.getRawPath();
    var query = uri.getRawQuery();
    return query == null ? path : path + "?" + query;
  }
}
