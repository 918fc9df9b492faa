package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code call: asyncapi}: {@code document} (its URI), {@code channel} or {@code
 * operation}, {@code message} or {@code subscription}, and {@code server}, {@code protocol} and
 * {@code authentication} if the definition gives them.
 *
 * <p>The conditions of a subscription are asked of every message, by the stage. They travel as the
 * text that stands in the definition, with the values of the variables they name beside them; text
 * that data holds never gets there. When the task began travels as {@code since}, milliseconds, so
 * that every attempt sees the same messages.
 */
record AsyncApiCallCompiler(EndpointCompiler endpoints) {
  private static final Set<String> MEMBERS =
      Set.of(
          "document",
          "channel",
          "operation",
          "server",
          "protocol",
          "message",
          "subscription",
          "authentication");

  /** Those that Kafka knows as SASL: PLAIN and SCRAM, and OAUTHBEARER. */
  private static final Set<String> AUTHENTICATIONS = Set.of("basic", "bearer", "oauth2", "oidc");

  private static final String KAFKA = "kafka";
  private static final Set<String> PROTOCOLS_LATER =
      Set.of(
          "amqp",
          "amqp1",
          "anypointmq",
          "googlepubsub",
          "http",
          "ibmmq",
          "jms",
          "mercure",
          "mqtt",
          "mqtt5",
          "nats",
          "pulsar",
          "redis",
          "sns",
          "solace",
          "sqs",
          "stomp",
          "ws");
  private static final Set<String> SCHEMES = Set.of("http", "https", "file");

  /** No condition compares messages with a secret: what it lets through would tell. */
  private static final String SECRETS = "secrets";

  private static final Set<String> ENDS = Set.of("amount", "while", "until");
  private static final Pattern VARIABLE = Pattern.compile("\\$([A-Za-z_][A-Za-z0-9_]*)");

  /** Most messages a subscription may ask for. */
  static final int AMOUNT_MAX = 10_000;

  Template compile(Source with, Set<String> variables) {
    with.allow("an asyncapi call", MEMBERS, Set.of());
    var arguments = new ArgumentCompiler(endpoints, variables);
    arguments.resource(with.required("document", "where the AsyncAPI document is"), SCHEMES);
    exactlyOne(with, "channel", "operation");
    arguments.text(with.member("channel"), "the name of a channel");
    arguments.text(with.member("operation"), "the name of an operation");
    arguments.put("server", server(with.member("server"), variables));
    protocol(with.member("protocol"), arguments);
    arguments.put(
        "authentication",
        endpoints
            .authentications()
            .compile(
                with.member("authentication"), variables, AUTHENTICATIONS, "an asyncapi call"));
    exactlyOne(with, "message", "subscription");
    arguments.put("message", message(with.member("message"), variables));
    arguments.put("subscription", subscription(with.member("subscription"), variables));
    return arguments.template();
  }

  private static void exactlyOne(Source with, String one, String other) {
    if (with.has(one) == with.has(other)) {
      with.errorAtKey("expected either '" + one + "' or '" + other + "'", null);
    }
  }

  private @Nullable Template server(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{name, variables}")) {
      return null;
    }
    source.allow("a server", Set.of("name", "variables"), Set.of());
    var server = new ArgumentCompiler(endpoints, variables);
    server.text(source.required("name", "the name of a server"), "the name of a server");
    server.object(source.member("variables"), "an object of variables or an expression");
    return server.template();
  }

  private static void protocol(@Nullable Source source, ArgumentCompiler arguments) {
    if (source != null && PROTOCOLS_LATER.contains(source.value().asText())) {
      source.unsupported("protocol " + source.value() + " is not supported yet by this version");
    } else {
      arguments.word(source, Set.of(KAFKA));
    }
  }

  private @Nullable Template message(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{payload, headers}")) {
      return null;
    }
    source.allow("a message", Set.of("payload", "headers"), Set.of());
    var message = new ArgumentCompiler(endpoints, variables);
    message.value(source.member("payload"));
    message.object(source.member("headers"), "an object of headers or an expression");
    return message.template();
  }

  private @Nullable Template subscription(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{filter, consume}")) {
      return null;
    }
    source.allow("a subscription", Set.of("filter", "consume", "foreach"), Set.of());
    var subscription = new ArgumentCompiler(endpoints, variables);
    subscription.put("since", scope -> LongNode.valueOf(scope.now().toEpochMilli()));
    subscription.put("filter", condition(source.member("filter"), variables));
    subscription.put(
        "consume",
        consume(source.required("consume", "when to stop: amount, while or until"), variables));
    return subscription.template();
  }

  private @Nullable Template consume(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{amount, while or until, for}")) {
      return null;
    }
    source.allow("consume", Set.of("amount", "while", "until", "for"), Set.of());
    if (ENDS.stream().filter(source::has).count() != 1) {
      source.error("expected one of " + Source.listed(ENDS));
    }
    var consume = new ArgumentCompiler(endpoints, variables);
    consume.number(source.member("amount"), 1, AMOUNT_MAX);
    consume.put("while", condition(source.member("while"), variables));
    consume.put("until", condition(source.member("until"), variables));
    consume.duration(source.member("for"));
    return consume.template();
  }

  /** {@code {expression, variables}}: what the stage needs to ask it of a message. */
  private @Nullable Template condition(@Nullable Source source, Set<String> variables) {
    if (source == null) {
      return null;
    }
    var plain = new TreeSet<>(variables);
    plain.remove(SECRETS);
    endpoints.expressions().expression(source, plain);
    var text = source.value().asText();
    var condition = new ArgumentCompiler(endpoints, variables);
    condition.constant("expression", TextNode.valueOf(text));
    var values = new ArgumentCompiler(endpoints, variables);
    VARIABLE
        .matcher(text)
        .results()
        .map(match -> match.group(1))
        .filter(plain::contains)
        .distinct()
        .sorted()
        .forEach(name -> values.put(name, variable(name, plain)));
    condition.put("variables", values.template());
    return condition.template();
  }

  private Template variable(String name, Set<String> variables) {
    TemplateCompiler.Complaints none =
        (place, message, suggestion) -> {
          throw new IllegalStateException("$" + name + " is a variable, and yet: " + message);
        };
    return endpoints.expressions().compiler().expression("$" + name, variables, none);
  }
}
