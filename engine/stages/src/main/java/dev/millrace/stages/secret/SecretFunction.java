package dev.millrace.stages.secret;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.expression.CapturedExpression;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.InvalidExpressionException;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageAnswer.Unavailable;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageSpec;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A function that gets its secrets at the last moment: the expressions at the request's {@link
 * StageRequest#secretPointers} are evaluated here and nowhere before, for those who may. What the
 * function then says has their values taken out.
 */
public final class SecretFunction implements StageFunction {
  private static final Logger LOG = LoggerFactory.getLogger(SecretFunction.class);

  private final StageFunction function;
  private final SecretStore secrets;
  private final SecretRules rules;

  private SecretFunction(StageFunction function, SecretStore secrets, SecretRules rules) {
    this.rules = rules;
    this.function = function;
    this.secrets = secrets;
  }

  /** The same stage with secrets for every function that has none yet. */
  public static StageSpec all(StageSpec spec, SecretStore secrets, SecretRules rules) {
    var wrapped = new HashMap<String, StageFunction>();
    spec.functions()
        .forEach((name, function) ->
            wrapped.put(
                name,
                function instanceof SecretFunction ? function : of(function, secrets, rules)));
    return new StageSpec(spec.name(), spec.policy(), wrapped, spec.contracts(), spec.unavailable());
  }

  public static List<StageSpec> all(List<StageSpec> specs, SecretStore secrets, SecretRules rules) {
    return specs.stream().map(spec -> all(spec, secrets, rules)).toList();
  }

  /** A function with these secrets; if it has others too, those are for what is left. */
  public static StageFunction of(StageFunction function, SecretStore secrets, SecretRules rules) {
    return new SecretFunction(function, secrets, rules);
  }

  @Override
  public String dependency(StageRequest request) {
    return function.dependency(request);
  }

  @Override
  public StageAnswer execute(StageRequest request) throws Exception {
    return request.secretPointers().isEmpty() && Redaction.isUnderWay()
        ? function.execute(request) // within another: what that one has filled in stays hidden
        : withSecrets(request);
  }

  private StageAnswer withSecrets(StageRequest request) throws Exception {
    var redaction = new Redaction(request.secretPointers());
    JsonNode arguments;
    try {
      arguments = resolved(request, redaction);
    } catch (MissingSecretException e) {
      return new Refused(Kind.AUTHORIZATION.error(String.valueOf(e.getMessage())));
    } catch (UnusableException e) {
      return new Refused(Kind.EXPRESSION.error(String.valueOf(e.getMessage())));
    } catch (IOException e) {
      LOG.warn("secrets of {}, {}", request.instanceId(), request.position(), e);
      return new Unavailable(
          Kind.COMMUNICATION.error(503, "the secrets could not be read"), Duration.ZERO);
    }
    try {
      return redaction.masked(
          redaction.around(() -> function.execute(request.withSecrets(arguments))));
    } catch (InterruptedException e) {
      throw e;
    } catch (Exception e) {
      throw redaction.masked(e);
    }
  }

  private JsonNode resolved(StageRequest request, Redaction redaction)
      throws MissingSecretException, UnusableException, IOException {
    if (request.secretPointers().isEmpty()) {
      return request.arguments();
    }
    JsonNode arguments = request.arguments().deepCopy();
    var values = JsonNodeFactory.instance.objectNode();
    for (var pointer : request.secretPointers()) {
      arguments =
          put(arguments, pointer, evaluated(request, arguments, pointer, values, redaction));
    }
    return arguments;
  }

  private JsonNode evaluated(
      StageRequest request,
      JsonNode arguments,
      String pointer,
      ObjectNode values,
      Redaction redaction)
      throws MissingSecretException, UnusableException, IOException {
    try {
      var captured = CapturedExpression.fromJson(arguments.at(pointer));
      for (var name : captured.secrets()) {
        if (!values.has(name)) {
          rules.check(request.definition(), name);
          values.set(name, secrets.value(name));
          redaction.add(values.get(name));
        }
      }
      var value = captured.evaluate(values);
      if (value.isTextual()) {
        redaction.add(value);
      }
      return value;
    } catch (InvalidExpressionException | ExpressionException | IllegalArgumentException _) {
      throw new UnusableException(
          "the expression with secrets at '"
              + pointer
              + "' of the arguments failed; the reason is not shown, because it may hold a secret");
    }
  }

  private static JsonNode put(JsonNode root, String pointer, JsonNode value) {
    if (pointer.isEmpty()) {
      return value;
    }
    var path = JsonPointer.compile(pointer);
    switch (root.at(path.head())) {
      case ObjectNode object -> object.set(path.last().getMatchingProperty(), value);
      case ArrayNode array -> array.set(path.last().getMatchingIndex(), value);
      default -> throw new IllegalArgumentException("nothing has " + pointer);
    }
    return root;
  }

  private static final class UnusableException extends Exception {
    private static final long serialVersionUID = 1L;

    UnusableException(String message) {
      super(message);
    }
  }
}
