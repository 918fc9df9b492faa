package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import java.util.Set;

/**
 * The arguments of {@code call: a2a}: {@code method}, {@code server} (the URI of the agent) or
 * {@code agentCard} (the URI of its card), and {@code parameters} if the definition gives them.
 */
record A2aCallCompiler(EndpointCompiler endpoints) {
  private static final Set<String> MEMBERS = Set.of("method", "server", "agentCard", "parameters");
  private static final Set<String> METHODS =
      Set.of(
          "message/send",
          "message/stream",
          "tasks/get",
          "tasks/list",
          "tasks/cancel",
          "tasks/resubscribe",
          "tasks/pushNotificationConfig/set",
          "tasks/pushNotificationConfig/get",
          "tasks/pushNotificationConfig/list",
          "tasks/pushNotificationConfig/delete",
          "agent/getAuthenticatedExtendedCard");
  private static final Set<String> SCHEMES = Set.of("http", "https");
  private static final Set<String> CARD_SCHEMES = Set.of("http", "https", "file");

  Template compile(Source with, Set<String> variables) {
    with.allow("an a2a call", MEMBERS, Set.of());
    var arguments = new ArgumentCompiler(endpoints, variables);
    arguments.word(with.required("method", "a method such as message/send"), METHODS);
    if (!with.has("server") && !with.has("agentCard")) {
      with.errorAtKey("expected 'server' or 'agentCard': where the agent is", null);
    }
    arguments.endpoint("server", with.member("server"), SCHEMES);
    arguments.resource(with.member("agentCard"), CARD_SCHEMES);
    arguments.object(with.member("parameters"), "an object of parameters or an expression");
    return arguments.template();
  }
}
