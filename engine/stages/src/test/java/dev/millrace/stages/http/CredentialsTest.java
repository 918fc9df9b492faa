package dev.millrace.stages.http;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.secret.SecretFunction;
import dev.millrace.stages.secret.SecretRules;
import dev.millrace.stages.secret.SecretStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Digest, OAuth 2 and OpenID Connect, against servers that check what they are told. */
final class CredentialsTest {
  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^,\\s]+))");
  private static final String SERVICE =
      "{'oauth2': {'authority': '%s/auth', 'grant': 'client_credentials', 'client': {'id': 'me',"
          + " 'secret': 'client-secret-1'}}}";

  private final AtomicReference<Instant> now =
      new AtomicReference<>(Instant.parse("2026-11-21T10:00:00Z"));
  private final StageFunction stage =
      SecretFunction.all(
              StageSpec.of(
                  "http", new HttpStage(new StageSettings(Path.of("unused"), Map.of()), now::get)),
              new SecretStore(null, Map.of()),
              SecretRules.everything())
          .functions()
          .values()
          .iterator()
          .next();
  private final List<String> tokenRequests = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private interface Handler {
    void handle(HttpExchange exchange) throws IOException;
  }

  private void on(String path, Handler handler) {
    server.createContext(
        path,
        exchange -> {
          try (exchange) {
            handler.handle(exchange);
          }
        });
  }

  private String origin() {
    return "http://127.0.0.1:" + server.getAddress().getPort();
  }

  private StageAnswer call(String method, String authentication) throws Exception {
    var arguments =
        "{'method': '%s', 'endpoint': '%s/who?a=1', 'body': {'x': 1}, 'authentication': %s}"
            .formatted(method, origin(), authentication.replace("%s", origin()));
    return stage.execute(request("http", "http", json(arguments)));
  }

  private static void respond(HttpExchange exchange, int status, String body) throws IOException {
    var bytes = body.getBytes(UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/json");
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
  }

  // Digest

  private static String hash(String algorithm, String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance(algorithm).digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }

  /** What RFC 7616, section 3.4.1, says the response is. */
  private static boolean isRight(HttpExchange exchange, String algorithm, String header) {
    Map<String, String> said = new TreeMap<>();
    var matcher = PARAMETER.matcher(header);
    while (matcher.find()) {
      said.put(matcher.group(1), Objects.requireNonNullElse(matcher.group(2), matcher.group(3)));
    }
    var uri = exchange.getRequestURI().toString();
    var response =
        hash(
            algorithm,
            String.join(
                ":",
                hash(algorithm, "clerk:orders:päss"),
                "nonce-1",
                String.valueOf(said.get("nc")),
                String.valueOf(said.get("cnonce")),
                "auth",
                hash(algorithm, exchange.getRequestMethod() + ":" + uri)));
    return uri.equals(said.get("uri")) && response.equals(said.get("response"));
  }

  private void protectWithDigest(String algorithm, String... challenges) {
    on(
        "/who",
        exchange -> {
          var body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
          var header = exchange.getRequestHeaders().getFirst("Authorization");
          if (header != null && isRight(exchange, algorithm, header)) {
            respond(
                exchange,
                200,
                "{\"body\": " + body + ", \"echo\": \"" + header.replace("\"", "\\\"") + "\"}");
            return;
          }
          for (var challenge : challenges) {
            exchange.getResponseHeaders().add("WWW-Authenticate", challenge);
          }
          respond(exchange, 401, "{}");
        });
  }

  private static String challenge(String algorithm) {
    return "Digest realm=\"orders\", qop=\"auth, auth-int\", algorithm="
        + algorithm
        + ", charset=UTF-8, nonce=\"nonce-1\", opaque=\"o\"";
  }

  @ParameterizedTest
  @CsvSource({"MD5,GET", "SHA-256,POST"})
  void a_digest_challenge_is_answered_and_the_request_sent_again_whole(
      String algorithm, String method) throws Exception {
    protectWithDigest(algorithm, challenge(algorithm));

    var answer = call(method, "{'digest': {'username': 'clerk', 'password': 'päss'}}");

    assertThat(answer)
        .isInstanceOfSatisfying(
            Completed.class,
            completed -> {
              assertThat(completed.output().get("body")).isEqualTo(json("{'x': 1}"));
              assertThat(completed.output().toString()).doesNotContain("cnonce");
            });
  }

  @Test
  void the_stronger_of_two_challenges_is_answered() throws Exception {
    protectWithDigest("SHA-256", "Basic realm=\"x\"", challenge("MD5"), challenge("SHA-256"));

    assertThat(call("GET", "{'digest': {'username': 'clerk', 'password': 'päss'}}"))
        .isInstanceOf(Completed.class);
  }

  @Test
  void a_wrong_password_is_refused_after_one_handshake() throws Exception {
    var requests = new AtomicInteger();
    on(
        "/who",
        exchange -> {
          requests.incrementAndGet();
          exchange.getResponseHeaders().add("WWW-Authenticate", challenge("MD5"));
          respond(exchange, 401, "{}");
        });

    assertThat(status(call("GET", "{'digest': {'username': 'clerk', 'password': 'no'}}")))
        .isEqualTo(401);
    assertThat(requests).hasValue(2);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Digest realm=\"x\", nonce=\"n\", algorithm=SHA-512-256",
        "Digest nothing",
        "Negotiate",
        "\"",
      })
  void a_challenge_that_cannot_be_answered_is_a_401(String challenge) throws Exception {
    protectWithDigest("MD5", challenge);

    assertThat(status(call("GET", "{'digest': {'username': 'clerk', 'password': 'päss'}}")))
        .isEqualTo(401);
  }

  private static int status(StageAnswer answer) {
    return ((Refused) answer).error().status();
  }

  // Tokens

  /** Gives tokens {@code token-1}, {@code token-2}, … and lets in those that {@code isGood}. */
  private void authority(String path, String extra, java.util.function.Predicate<String> isGood) {
    on(
        path,
        exchange -> {
          tokenRequests.add(
              exchange.getRequestHeaders().getFirst("Authorization")
                  + " "
                  + new String(exchange.getRequestBody().readAllBytes(), UTF_8));
          respond(
              exchange,
              200,
              "{\"access_token\": \"token-%d\", \"token_type\": \"Bearer\"%s}"
                  .formatted(tokenRequests.size(), extra));
        });
    on(
        "/who",
        exchange -> {
          var header = exchange.getRequestHeaders().getFirst("Authorization");
          var ok = isGood.test(header.replace("Bearer ", ""));
          respond(exchange, ok ? 200 : 401, "{\"you are\": \"" + header + "\"}");
        });
  }

  @Test
  void a_token_is_asked_for_once_and_used_until_it_expires() throws Exception {
    authority("/auth/oauth2/token", ", \"expires_in\": 60", _ -> true);

    for (var i = 0; i < 3; i++) {
      assertThat(call("GET", SERVICE)).isEqualTo(new Completed(json("{'you are': 'Bearer ***'}")));
    }
    assertThat(tokenRequests).hasSize(1);

    now.updateAndGet(it -> it.plusSeconds(51)); // within the margin of its end
    call("GET", SERVICE);
    assertThat(tokenRequests).hasSize(2);
  }

  @Test
  void calls_at_the_same_time_share_one_request_for_a_token() throws Exception {
    authority("/auth/oauth2/token", ", \"expires_in\": 60", _ -> true);

    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 20; i++) {
        callers.submit(() -> call("GET", SERVICE));
      }
    }

    assertThat(tokenRequests).hasSize(1);
  }

  @Test
  void a_token_that_is_refused_is_replaced_once() throws Exception {
    authority("/auth/oauth2/token", ", \"expires_in\": 600", "token-2"::equals);

    assertThat(call("POST", SERVICE)).isInstanceOf(Completed.class);
    assertThat(call("POST", SERVICE)).isInstanceOf(Completed.class);
    assertThat(tokenRequests).hasSize(2);
  }

  @Test
  void a_call_whose_new_token_is_refused_too_is_refused() throws Exception {
    authority("/auth/oauth2/token", "", _ -> false);

    assertThat(status(call("GET", SERVICE))).isEqualTo(401);
    assertThat(tokenRequests).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "client_secret_post  | null              | client_id=me&client_secret=s:1",
        "client_secret_basic | Basic bWU6cyUzQTE= | ``",
      })
  void the_client_says_who_it_is_as_it_was_told_to(String method, String header, String parameters)
      throws Exception {
    authority("/auth/oauth2/token", "", _ -> true);

    call(
        "GET",
        "{'oauth2': {'authority': '%s/auth/', 'grant': 'client_credentials', 'scopes': ['a', 'b'],"
            + " 'audiences': ['x'], 'client': {'id': 'me', 'secret': 's:1', 'authentication': '"
            + method
            + "'}}}");

    var asked = tokenRequests.getFirst();
    var body = asked.substring(asked.lastIndexOf(' ') + 1);
    assertThat(asked.substring(0, asked.lastIndexOf(' '))).isEqualTo(header);
    assertThat(URLDecoder.decode(body, UTF_8).split("&"))
        .containsExactlyInAnyOrder(
            (parameters + "&grant_type=client_credentials&scope=a b&audience=x")
                .replaceFirst("^&", "")
                .split("&"));
  }

  @Test
  void a_password_grant_may_be_sent_as_json_to_a_path_of_its_own() throws Exception {
    authority("/auth/token", "", _ -> true);

    call(
        "GET",
        "{'oauth2': {'authority': '%s/auth', 'grant': 'password', 'username': 'u', 'password':"
            + " 'resource-pw', 'request': {'encoding': 'application/json'}, 'endpoints': {'token':"
            + " 'token'}, 'client': {'id': 'me'}}}");

    assertThat(json(tokenRequests.getFirst().substring("null ".length())))
        .isEqualTo(
            json(
                "{'grant_type': 'password', 'username': 'u', 'password': 'resource-pw',"
                    + " 'client_id': 'me'}"));
  }

  @Test
  void a_client_may_sign_an_assertion_with_its_secret() throws Exception {
    authority("/auth/oauth2/token", "", _ -> true);

    call(
        "GET",
        "{'oauth2': {'authority': '%s/auth', 'grant': 'client_credentials', 'client': {'id': 'me',"
            + " 'secret': '01234567890123456789012345678901', 'authentication':"
            + " 'client_secret_jwt'}}}");

    assertThat(tokenRequests.getFirst())
        .contains("client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type")
        .contains("client_assertion=ey")
        .doesNotContain("0123456789");
  }

  @Test
  void an_authority_that_says_no_is_an_authentication_error_and_nothing_is_sent() throws Exception {
    var called = new AtomicInteger();
    on("/who", exchange -> respond(exchange, 200, "{}" + called.incrementAndGet()));
    on(
        "/auth/oauth2/token",
        exchange ->
            respond(
                exchange,
                401,
                "{\"error\": \"invalid_client\", \"error_description\": \"no such client\"}"));

    assertThat(call("POST", SERVICE))
        .isInstanceOfSatisfying(
            Refused.class,
            refused -> {
              assertThat(refused.error().type()).isEqualTo(Kind.AUTHENTICATION.type());
              assertThat(refused.error().detail()).contains("invalid_client: no such client");
            });
    assertThat(called).hasValue(0);
  }

  @Test
  void an_authority_that_is_down_is_unavailable_for_as_long_as_it_says() throws Exception {
    on(
        "/auth/oauth2/token",
        exchange -> {
          exchange.getResponseHeaders().add("Retry-After", "7");
          respond(exchange, 503, "{}");
        });

    assertThat(call("POST", SERVICE))
        .isInstanceOfSatisfying(
            Unavailable.class,
            unavailable -> assertThat(unavailable.retryAfter()).isEqualTo(Duration.ofSeconds(7)));
  }

  @Test
  void a_response_that_is_no_token_is_refused() throws Exception {
    on("/auth/oauth2/token", exchange -> respond(exchange, 200, "[]"));

    assertThat(status(call("GET", SERVICE))).isEqualTo(401);
  }

  // OpenID Connect

  private String configuration(String issuer) {
    return ("{'issuer': '"
            + issuer
            + "', 'token_endpoint': '%s/t', 'jwks_uri': '%s/keys',"
            + " 'authorization_endpoint': '%s/a', 'response_types_supported': ['code'],"
            + " 'subject_types_supported': ['public'],"
            + " 'id_token_signing_alg_values_supported': ['RS256']}")
        .replace("%s", origin())
        .replace('\'', '"');
  }

  private static final String OIDC = SERVICE.replace("oauth2", "oidc").replace("/auth", "/realm");

  @Test
  void oidc_finds_the_token_endpoint_by_discovery() throws Exception {
    authority("/t", ", \"expires_in\": 60", _ -> true);
    on(
        "/realm/.well-known/openid-configuration",
        exchange -> respond(exchange, 200, configuration(origin() + "/realm")));

    assertThat(call("GET", OIDC)).isInstanceOf(Completed.class);
    assertThat(tokenRequests).hasSize(1);
  }

  @Test
  void an_authority_that_calls_itself_something_else_is_refused() throws Exception {
    authority("/t", "", _ -> true);
    on(
        "/realm/.well-known/openid-configuration",
        exchange -> respond(exchange, 200, configuration("https://elsewhere.example.com")));

    assertThat(call("GET", OIDC).toString())
        .contains("authentication")
        .contains("calls itself 'https://elsewhere.example.com'");
    assertThat(tokenRequests).isEmpty();
  }

  @Test
  void a_token_of_an_issuer_that_is_not_listed_is_refused() throws Exception {
    var claims = new JWTClaimsSet.Builder().issuer("https://other").expirationTime(new Date());
    var token = new PlainJWT(claims.build()).serialize();
    on(
        "/auth/oauth2/token",
        exchange ->
            respond(
                exchange,
                200,
                "{\"access_token\": \"" + token + "\", \"token_type\": \"Bearer\"}"));

    assertThat(call("GET", SERVICE.replace("'grant'", "'issuers': ['https://mine'], 'grant'")))
        .isInstanceOfSatisfying(
            Refused.class,
            refused ->
                assertThat(refused.error().detail())
                    .contains("a token of 'https://other', which is not among 'issuers'"));
  }

  // Elsewhere

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'basic': {'username': 'u', 'password': 'pw-1'}}",
        "{'oauth2': {'authority': '%s/auth', 'grant': 'client_credentials', 'client': {'id': 'm', 'secret': 's-123'}}}"
      })
  void credentials_do_not_follow_a_redirection_to_another_origin(String authentication)
      throws Exception {
    authority("/auth/oauth2/token", "", _ -> true);
    var seen = new AtomicReference<>("not asked");
    var other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    other.createContext(
        "/",
        exchange -> {
          seen.set(String.valueOf(exchange.getRequestHeaders().getFirst("Authorization")));
          respond(exchange, 200, "{}");
          exchange.close();
        });
    other.start();
    try {
      on(
          "/away",
          exchange -> {
            exchange
                .getResponseHeaders()
                .add("Location", "http://127.0.0.1:" + other.getAddress().getPort() + "/x");
            respond(exchange, 302, "{}");
          });
      JsonNode arguments =
          json(
              "{'method': 'GET', 'endpoint': '%s/away', 'redirect': true, 'authentication': "
                      .replace("%s", origin())
                  + authentication.replace("%s", origin())
                  + "}");
      assertThat(stage.execute(request("http", "http", arguments))).isInstanceOf(Completed.class);
      assertThat(seen.get()).isEqualTo("null");
    } finally {
      other.stop(0);
    }
  }

  @Test
  void what_authentication_lacks_is_told_without_what_it_has() throws Exception {
    assertThat(call("GET", "{'basic': {'username': {'a': 'pw-12345'}}}"))
        .isEqualTo(
            new Refused(Kind.CONFIGURATION.error("'authentication' needs 'username', a text")));
  }
}
