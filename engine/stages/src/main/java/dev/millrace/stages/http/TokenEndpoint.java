package dev.millrace.stages.http;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jwt.JWTParser;
import com.nimbusds.jwt.SignedJWT;
import com.nimbusds.oauth2.sdk.AuthorizationGrant;
import com.nimbusds.oauth2.sdk.ClientCredentialsGrant;
import com.nimbusds.oauth2.sdk.ParseException;
import com.nimbusds.oauth2.sdk.ResourceOwnerPasswordCredentialsGrant;
import com.nimbusds.oauth2.sdk.Scope;
import com.nimbusds.oauth2.sdk.TokenRequest;
import com.nimbusds.oauth2.sdk.TokenResponse;
import com.nimbusds.oauth2.sdk.auth.ClientAuthentication;
import com.nimbusds.oauth2.sdk.auth.ClientSecretBasic;
import com.nimbusds.oauth2.sdk.auth.ClientSecretJWT;
import com.nimbusds.oauth2.sdk.auth.ClientSecretPost;
import com.nimbusds.oauth2.sdk.auth.PrivateKeyJWT;
import com.nimbusds.oauth2.sdk.auth.Secret;
import com.nimbusds.oauth2.sdk.http.HTTPResponse;
import com.nimbusds.oauth2.sdk.id.ClientID;
import com.nimbusds.oauth2.sdk.token.AccessTokenType;
import com.nimbusds.openid.connect.sdk.op.OIDCProviderMetadata;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.secret.Redaction;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Asks authorities for tokens, by client credentials or a resource owner's password.
 *
 * <p>An authority that does not answer, or answers 408, 429 or 5xx, is {@code Unavailable}: nothing
 * was sent to where the call goes. One that says no is an {@code authentication} error, final.
 */
final class TokenEndpoint {
  /** Bytes of a token response or of a discovery document. */
  static final int RESPONSE_BYTES_MAX = 256 * 1024;

  /** How long an authority may take to answer. */
  static final Duration TIMEOUT = Duration.ofSeconds(10);

  /** Most characters of an error about an authority, which may quote it. */
  private static final int DETAIL_LENGTH_MAX = 500;

  private static final JsonMapper JSON = new JsonMapper();

  private final HttpClient client;
  private final Destinations destinations;
  private final InstantSource clock;

  TokenEndpoint(HttpClient client, Destinations destinations, InstantSource clock) {
    this.client = client;
    this.destinations = destinations;
    this.clock = clock;
  }

  /**
   * @param life zero if the authority does not say
   */
  record Issued(String token, Duration life) {}

  /**
   * @throws NoTokenException if the authority gives none
   * @throws IllegalArgumentException if the authority is no place to ask
   */
  Issued issue(TokenGrant grant) throws IOException, InterruptedException, NoTokenException {
    try {
      var endpoint = grant.discovers() ? discovered(grant) : grant.tokenEndpoint();
      return issued(grant, endpoint, ask(request(grant, endpoint)));
    } catch (ParseException | java.text.ParseException | JOSEException e) {
      throw refused(grant, "cannot be asked, or not be understood: " + e.getMessage());
    }
  }

  private URI discovered(TokenGrant grant)
      throws IOException, InterruptedException, NoTokenException, ParseException {
    var response = ask(HttpRequest.newBuilder(grant.configuration()).GET());
    if (response.statusCode() != HTTPResponse.SC_OK) {
      throw refused(grant, "answered " + response.statusCode() + " to discovery");
    }
    var metadata = OIDCProviderMetadata.parse(new String(response.body(), StandardCharsets.UTF_8));
    var issuer = metadata.getIssuer().getValue();
    if (!withoutSlash(issuer).equals(grant.authority()) && !grant.issuers().contains(issuer)) {
      throw refused(grant, "calls itself '" + issuer + "'");
    }
    var endpoint = metadata.getTokenEndpointURI();
    if (endpoint == null || isDowngrade(grant, endpoint)) {
      throw refused(grant, "has no token endpoint, or one that is less safe than itself");
    }
    return HttpCall.checked(endpoint);
  }

  private static boolean isDowngrade(TokenGrant grant, URI endpoint) {
    return grant.authority().startsWith("https:")
        && !"https".equalsIgnoreCase(endpoint.getScheme());
  }

  private static String withoutSlash(String text) {
    return text.endsWith("/") ? text.substring(0, text.length() - 1) : text;
  }

  private HttpRequest.Builder request(TokenGrant grant, URI endpoint)
      throws ParseException, java.text.ParseException, JOSEException, IOException {
    var asked = tokenRequest(grant, endpoint).toHTTPRequest();
    var request = HttpRequest.newBuilder(endpoint).header("Accept", "application/json");
    if (asked.getAuthorization() != null) {
      request.header(AuthorizedClient.AUTHORIZATION, asked.getAuthorization());
    }
    return grant.json()
        ? request
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofByteArray(json(asked.getBodyAsFormParameters())))
        : request
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(HttpRequest.BodyPublishers.ofString(asked.getBody()));
  }

  /** The same parameters as JSON: one value as itself, several as a list. */
  private static byte[] json(Map<String, List<String>> parameters) throws IOException {
    var body = new HashMap<String, Object>();
    parameters.forEach(
        (name, values) -> body.put(name, values.size() == 1 ? values.getFirst() : values));
    return JSON.writeValueAsBytes(body);
  }

  private TokenRequest tokenRequest(TokenGrant grant, URI endpoint)
      throws java.text.ParseException, JOSEException {
    var request =
        grant.clientAuthentication().equals("none")
            ? new TokenRequest.Builder(endpoint, new ClientID(grant.clientId()), asked(grant))
            : new TokenRequest.Builder(endpoint, client(grant, endpoint), asked(grant));
    if (!grant.scopes().isEmpty()) {
      request.scope(new Scope(grant.scopes().toArray(String[]::new)));
    }
    if (!grant.audiences().isEmpty()) {
      request.customParameter("audience", grant.audiences().toArray(String[]::new));
    }
    return request.build();
  }

  private static AuthorizationGrant asked(TokenGrant grant) {
    return grant.byPassword()
        ? new ResourceOwnerPasswordCredentialsGrant(
            Objects.requireNonNull(grant.username()),
            new Secret(Objects.requireNonNull(grant.password())))
        : new ClientCredentialsGrant();
  }

  private static ClientAuthentication client(TokenGrant grant, URI endpoint)
      throws java.text.ParseException, JOSEException {
    var id = new ClientID(grant.clientId());
    return switch (grant.clientAuthentication()) {
      case "client_secret_basic" -> new ClientSecretBasic(id, secret(grant));
      case "client_secret_post" -> new ClientSecretPost(id, secret(grant));
      case "client_secret_jwt" ->
          grant.assertion() == null
              ? new ClientSecretJWT(id, endpoint, JWSAlgorithm.HS256, secret(grant))
              : new ClientSecretJWT(SignedJWT.parse(grant.assertion()));
      case "private_key_jwt" ->
          new PrivateKeyJWT(SignedJWT.parse(grant.assertion() == null ? "" : grant.assertion()));
      default ->
          throw new IllegalArgumentException("the client's 'authentication' is none we know");
    };
  }

  private static Secret secret(TokenGrant grant) {
    if (grant.clientSecret() == null) {
      throw new IllegalArgumentException("'authentication' needs the client's 'secret'");
    }
    return new Secret(grant.clientSecret());
  }

  private HttpResponse<byte[]> ask(HttpRequest.Builder request)
      throws IOException, InterruptedException, NoTokenException {
    var built = request.timeout(TIMEOUT).build();
    var shown = HttpCall.origin(built.uri()) + built.uri().getRawPath();
    try {
      destinations.check(built.uri());
      var response =
          client.send(built, BodyHandlers.limiting(BodyHandlers.ofByteArray(), RESPONSE_BYTES_MAX));
      switch (response.statusCode()) {
        case 408, 429 -> throw unavailable(response, shown);
        default -> {
          if (response.statusCode() >= 500) {
            throw unavailable(response, shown);
          }
        }
      }
      return response;
    } catch (IOException e) {
      throw new NoTokenException(
          new Unavailable(
              Kind.COMMUNICATION.error(503, "no token: " + shown + " did not answer"),
              Duration.ZERO));
    }
  }

  private NoTokenException unavailable(HttpResponse<?> response, String shown) {
    return new NoTokenException(
        new Unavailable(
            Kind.COMMUNICATION.error(
                503, "no token: " + shown + " answered " + response.statusCode()),
            RetryAfter.pause(response.headers().firstValue("retry-after"), clock.instant())));
  }

  private Issued issued(TokenGrant grant, URI endpoint, HttpResponse<byte[]> response)
      throws ParseException, NoTokenException {
    var parsed = TokenResponse.parse(forLibrary(response));
    if (!parsed.indicatesSuccess()) {
      var error = parsed.toErrorResponse().getErrorObject();
      throw refused(
          grant,
          "answered %d %s: %s"
              .formatted(response.statusCode(), error.getCode(), error.getDescription()));
    }
    var token = parsed.toSuccessResponse().getTokens().getAccessToken();
    Redaction.hide(token.getValue());
    if (!AccessTokenType.BEARER.equals(token.getType())) {
      throw refused(grant, "gave a token that is no bearer token");
    }
    checkIssuer(grant, token.getValue());
    return new Issued(token.getValue(), Duration.ofSeconds(token.getLifetime()));
  }

  private static HTTPResponse forLibrary(HttpResponse<byte[]> response) throws ParseException {
    var copy = new HTTPResponse(response.statusCode());
    copy.setContentType(response.headers().firstValue("content-type").orElse("application/json"));
    copy.setBody(new String(response.body(), StandardCharsets.UTF_8));
    return copy;
  }

  /** A token that is a JWT says who issued it; an opaque one does not. */
  private static void checkIssuer(TokenGrant grant, String token) throws NoTokenException {
    if (grant.issuers().isEmpty()) {
      return;
    }
    String issuer;
    try {
      issuer = JWTParser.parse(token).getJWTClaimsSet().getIssuer();
    } catch (java.text.ParseException _) {
      return;
    }
    if (!grant.issuers().contains(issuer)) {
      throw refused(grant, "gave a token of '" + issuer + "', which is not among 'issuers'");
    }
  }

  private static NoTokenException refused(TokenGrant grant, String why) {
    var shown = Redaction.shown("no token: the authority " + grant.authority() + " " + why);
    return new NoTokenException(
        new Refused(
            Kind.AUTHENTICATION.error(
                shown.length() <= DETAIL_LENGTH_MAX
                    ? shown
                    : shown.substring(0, DETAIL_LENGTH_MAX) + "…")));
  }
}
