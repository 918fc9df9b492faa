package dev.millrace.core.plan;

import static dev.millrace.core.plan.Definitions.CATALOG;
import static dev.millrace.core.plan.Definitions.HEAD;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import dev.millrace.core.definition.InvalidDefinitionException;
import dev.millrace.core.definition.Problem;
import dev.millrace.core.expression.Template;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an authentication compiles to, and what is wrong with one. */
class AuthenticationTest {
  private static final String USE =
      """
      use:
        secrets: [login, token, client-secret]
        authentications:
          clerk: {basic: {use: login}}
          service:
            oauth2:
              authority: https://id.example.com
              grant: client_credentials
              client: {id: me, secret: '${ $secrets["client-secret"] }'}
      """;

  private static final String CALL =
      "do:\n  - a: {call: http, with: {method: GET, endpoint: {"
          + "uri: 'http://x', authentication: %s}}}\n";

  private static String with(String authentication) {
    return HEAD + USE + CALL.formatted(authentication);
  }

  private static List<Problem> problems(String authentication) {
    try {
      return PlanCompiler.compile(with(authentication), CATALOG).warnings();
    } catch (InvalidDefinitionException e) {
      return e.problems();
    }
  }

  private static List<String> secretPointers(String authentication) throws Exception {
    var plan = PlanCompiler.compile(with(authentication), CATALOG).plan();
    return ((TaskPlan.Call) plan.task("/do/0/a")).secretPointers();
  }

  private static Template template(String authentication) throws Exception {
    var plan = PlanCompiler.compile(with(authentication), CATALOG).plan();
    return ((TaskPlan.Call) plan.task("/do/0/a")).arguments();
  }

  @Test
  void a_scheme_a_field_or_a_named_one_may_come_from_a_secret() throws Exception {
    assertThat(secretPointers("{digest: {use: login}}")).containsExactly("/authentication/digest");
    assertThat(secretPointers("{bearer: {token: '${ $secrets.token }'}}"))
        .containsExactly("/authentication/bearer/token");
    assertThat(secretPointers("{use: clerk}")).containsExactly("/authentication/basic");
    assertThat(secretPointers("{use: service}"))
        .containsExactly("/authentication/oauth2/client/secret");
    assertThat(secretPointers("{basic: {username: '${ .u }', password: '${ .p }'}}")).isEmpty();
  }

  @Test
  void an_authentication_without_expressions_is_a_constant() throws Exception {
    assertThat(template("{bearer: {token: abc}}").toString()).contains("\"token\":\"abc\"");
  }

  @Test
  void a_credential_in_the_definition_is_warned_of() {
    assertThat(problems("{bearer: {token: abc}}"))
        .singleElement()
        .satisfies(problem -> {
          assertThat(problem.pointer())
              .isEqualTo("/do/0/a/with/endpoint/authentication/bearer/token");
          assertThat(problem.message()).contains("put it into a secret");
        });
    assertThat(problems("{bearer: {token: '${ .token }'}}")).isEmpty();
  }

  static Stream<Arguments> mistakes() {
    return Stream.of(
        arguments("clerk", "", "expected an authentication, found text"),
        arguments("{use: clark}", "/use", "there is no authentication 'clark'"),
        arguments("{basic: {use: logon}}", "/basic/use", "there is no secret 'logon'"),
        arguments("{basic: {username: a}}", "/basic", "expected 'password'"),
        arguments("{certificate: {}}", "/certificate", "unknown key 'certificate'"),
        arguments("{basic: {use: login}, digest: {use: login}}", "", "expected one of"),
        arguments(
            "{bearer: {token: '${ $secrets.tokken }'}}", "/bearer/token", "no secret 'tokken"),
        arguments("{bearer: {token: '${ $secrets[.x] }'}}", "/bearer/token", "name the secret"),
        arguments("{bearer: {token: '${ {$secrets} }'}}", "/bearer/token", "name the secret"),
        arguments("{bearer: {token: '${ $secrets | keys }'}}", "/bearer/token", "name the secret"),
        arguments(oauth2("authorization_code"), "/oauth2/grant", "not supported yet"),
        arguments(oauth2("implicit"), "/oauth2/grant", "expected client_credentials, password"),
        arguments(oauth2("password"), "/oauth2/grant", "needs 'username' and 'password'"),
        arguments(oauth2("client_credentials, subject: {}"), "/oauth2/subject", "not supported"),
        arguments(oauth2("client_credentials"), "/oauth2/client", "needs a client with a secret"),
        arguments(
            "{oidc: {authority: 'http://x', grant: client_credentials, client: {id: a,"
                + " authentication: client_secret_basic}}}",
            "/oidc/client/authentication",
            "needs 'secret'"),
        arguments(
            "{oidc: {authority: 'ftp://x', grant: client_credentials, client: {id: a}}}",
            "/oidc/authority",
            "expected a URI"));
  }

  private static String oauth2(String grant) {
    return "{oauth2: {authority: 'http://x', client: {id: a}, grant: " + grant + "}}";
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void a_wrong_authentication_is_told_with_its_place(
      String authentication, String pointer, String message) {
    assertThat(problems(authentication))
        .anySatisfy(problem -> {
          assertThat(problem.refuses()).isTrue();
          assertThat(problem.message()).contains(message);
          assertThat(problem.pointer()).isEqualTo("/do/0/a/with/endpoint/authentication" + pointer);
        });
  }
}
