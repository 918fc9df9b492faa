package dev.millrace.core.expression;

import static java.util.stream.Collectors.toSet;

import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.internal.operators.BinaryOperator;
import net.thisptr.jackson.jq.internal.tree.ArrayConstruction;
import net.thisptr.jackson.jq.internal.tree.FormattingFilter;
import net.thisptr.jackson.jq.internal.tree.FunctionCall;
import net.thisptr.jackson.jq.internal.tree.FunctionDefinition;
import net.thisptr.jackson.jq.internal.tree.ObjectConstruction;
import net.thisptr.jackson.jq.internal.tree.PipedQuery;
import net.thisptr.jackson.jq.internal.tree.StringInterpolation;
import net.thisptr.jackson.jq.internal.tree.ThisObject;
import net.thisptr.jackson.jq.internal.tree.TransformPipeComponent;
import net.thisptr.jackson.jq.internal.tree.VariableAccess;
import net.thisptr.jackson.jq.internal.tree.VariableKeyFieldConstruction;
import net.thisptr.jackson.jq.internal.tree.binaryop.BinaryOperatorExpression;
import net.thisptr.jackson.jq.internal.tree.binaryop.assignment.Assignment;
import net.thisptr.jackson.jq.internal.tree.binaryop.assignment.ComplexAssignment;
import net.thisptr.jackson.jq.internal.tree.binaryop.assignment.UpdateAssignment;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.BracketFieldAccess;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.FieldAccess;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.IdentifierFieldAccess;
import net.thisptr.jackson.jq.internal.tree.fieldaccess.StringFieldAccess;
import net.thisptr.jackson.jq.internal.tree.literal.ValueLiteral;
import net.thisptr.jackson.jq.internal.tree.matcher.matchers.ValueMatcher;
import org.jspecify.annotations.Nullable;

/**
 * A parsed expression whose every node has been put on the meter, and what it refers to.
 *
 * <p>The library has no hook for counting steps: neither an interrupt nor a limit reaches {@code
 * (.,.)|(.,.)|…}, which doubles its results with every repetition and calls no function. So each
 * child of each node is replaced, once, when a definition is compiled. The nodes keep their
 * children in private fields, hence the reflection; the library's version is pinned, and the tests
 * of hostile expressions fail if a field moves. See ADR 0010.
 */
final class SyntaxTree {
  static final String SECRETS = "secrets";

  private static final String LIBRARY = "net.thisptr.jackson.jq";

  private final Set<String> variablesUsed = new HashSet<>();
  private final Set<String> variablesBound = new HashSet<>();
  private final Set<String> functionsCalled = new HashSet<>();
  private final Set<String> functionsDefined = new HashSet<>();
  private final Set<String> secretsNamed = new TreeSet<>();
  private int secretsUses;
  private int secretsUsesByName;
  private boolean readsData;
  private final Expression root;

  private SyntaxTree(Expression parsed) {
    root = metered(parsed);
  }

  static SyntaxTree of(Expression parsed) {
    return new SyntaxTree(parsed);
  }

  /** Puts the body of a function that is written in jq on the meter. */
  static void meter(Function function) {
    new SyntaxTree(new ThisObject()).visit(function);
  }

  Expression root() {
    return root;
  }

  /** Names without the dollar sign; only those the expression does not bind itself. */
  Set<String> freeVariables() {
    return variablesUsed.stream().filter(name -> !variablesBound.contains(name)).collect(toSet());
  }

  /** As name and number of arguments, {@code map/1}; only those the expression does not define. */
  Set<String> freeFunctions() {
    return functionsCalled.stream()
        .filter(signature -> !functionsDefined.contains(signature))
        .collect(toSet());
  }

  /** The {@code x} of every {@code $secrets.x}. */
  Set<String> secretsNamed() {
    return Set.copyOf(secretsNamed);
  }

  /** Whether {@code $secrets} stands anywhere without the name of one of them. */
  boolean usesSecretsAsWhole() {
    return secretsUses != secretsUsesByName;
  }

  /** Whether the result may depend on {@code .}; true when in doubt. */
  boolean readsData() {
    return readsData;
  }

  private Expression metered(Expression node) {
    visit(node);
    return switch (node) {
      case ThisObject _,
          ValueLiteral _,
          VariableAccess _,
          MeteredExpression _,
          BoundedIndex _,
          MutatedPaths _ ->
          node;
      case FunctionCall _,
          FormattingFilter _,
          BinaryOperatorExpression _,
          ArrayConstruction _,
          ObjectConstruction _,
          StringInterpolation _ ->
          new MeteredExpression(node, true);
      default -> new MeteredExpression(node, false);
    };
  }

  private void visit(Object node) {
    note(node);
    for (Class<?> type = node.getClass(); isOfLibrary(type); type = type.getSuperclass()) {
      for (var field : type.getDeclaredFields()) {
        if (!Modifier.isStatic(field.getModifiers()) && !field.getType().isPrimitive()) {
          visit(node, field);
        }
      }
    }
  }

  private void note(Object node) {
    readsData |= !isBlind(node);
    switch (node) {
      case VariableAccess variable -> noteVariable(variable.toString().substring(1));
      case VariableKeyFieldConstruction _ -> noteVariable(text(node, "name"));
      case FieldAccess access -> noteSecret(access);
      case ValueMatcher _ -> variablesBound.add(text(node, "name"));
      case FunctionCall _ ->
          functionsCalled.add(text(node, "name") + "/" + list(node, "args").size());
      case FunctionDefinition _ -> noteDefinition(node);
      default -> {}
    }
  }

  /** Nodes that look at {@code .} through their children alone, if at all. */
  private static boolean isBlind(Object node) {
    return node instanceof VariableAccess
        || node instanceof ValueLiteral
        || node instanceof StringInterpolation
        || node instanceof BinaryOperatorExpression
        || node instanceof FieldAccess
        || node instanceof PipedQuery
        || node instanceof TransformPipeComponent
        || !(node instanceof Expression);
  }

  private void noteVariable(String name) {
    variablesUsed.add(name);
    if (name.equals(SECRETS)) {
      secretsUses++;
    }
  }

  private void noteSecret(FieldAccess access) {
    if (!"$secrets".equals(String.valueOf(get(access, targetOf())))) {
      return;
    }
    var name = constantName(access);
    if (name != null) {
      secretsUsesByName++;
      secretsNamed.add(name);
    }
  }

  private static @Nullable String constantName(FieldAccess access) {
    return switch (access) {
      case IdentifierFieldAccess _ -> text(access, "field");
      case StringFieldAccess _ -> literal(get(access, declared(access, "field")));
      case BracketFieldAccess _ -> literal(get(access, declared(access, "startExpr")));
      default -> null;
    };
  }

  private static @Nullable String literal(@Nullable Object expression) {
    return expression instanceof ValueLiteral constant && constant.value().isTextual()
        ? constant.value().textValue()
        : null;
  }

  private static Field targetOf() {
    try {
      return FieldAccess.class.getDeclaredField("target");
    } catch (NoSuchFieldException e) {
      throw changed(e);
    }
  }

  private void noteDefinition(Object definition) {
    var parameters = list(definition, "args");
    functionsDefined.add(text(definition, "fname") + "/" + parameters.size());
    for (var parameter : parameters) {
      var name = parameter.toString();
      if (name.startsWith("$")) {
        variablesBound.add(name.substring(1));
      }
      functionsDefined.add(name + "/0");
    }
  }

  private void visit(Object owner, Field field) {
    var child = get(owner, field);
    switch (child) {
      case null -> {}
      case net.thisptr.jackson.jq.Scope _ -> {}
      case BinaryOperator operator when !(operator instanceof BoundedOperator) ->
          set(owner, field, new BoundedOperator(operator));
      case Expression expression -> set(owner, field, replacement(owner, field, expression));
      case List<?> children -> visitAll(children);
      case Object other when isOfLibrary(other.getClass()) && !(other instanceof Enum<?>) ->
          visit(other);
      default -> {}
    }
  }

  private Expression replacement(Object owner, Field field, Expression child) {
    var metered = metered(child);
    if (owner instanceof BracketFieldAccess && field.getName().equals("startExpr")) {
      return new BoundedIndex(metered);
    }
    return isAssignment(owner) && field.getName().equals("lhs")
        ? new MutatedPaths(metered)
        : metered;
  }

  private static boolean isAssignment(Object node) {
    return node instanceof Assignment
        || node instanceof UpdateAssignment
        || node instanceof ComplexAssignment;
  }

  @SuppressWarnings("unchecked")
  private void visitAll(List<?> children) {
    for (var i = 0; i < children.size(); i++) {
      switch (children.get(i)) {
        case Expression expression -> ((List<Object>) children).set(i, metered(expression));
        case Object other when isOfLibrary(other.getClass()) -> visit(other);
        default -> {}
      }
    }
  }

  private static boolean isOfLibrary(@Nullable Class<?> type) {
    return type != null && type.getName().startsWith(LIBRARY);
  }

  private static String text(Object owner, String field) {
    return String.valueOf(get(owner, declared(owner, field)));
  }

  private static List<?> list(Object owner, String field) {
    return get(owner, declared(owner, field)) instanceof List<?> list ? list : List.of();
  }

  private static Field declared(Object owner, String name) {
    try {
      return owner.getClass().getDeclaredField(name);
    } catch (NoSuchFieldException e) {
      throw changed(e);
    }
  }

  private static @Nullable Object get(Object owner, Field field) {
    try {
      field.setAccessible(true);
      return field.get(owner);
    } catch (IllegalAccessException e) {
      throw changed(e);
    }
  }

  private static void set(Object owner, Field field, Object value) {
    try {
      field.set(owner, value);
    } catch (IllegalAccessException e) {
      throw changed(e);
    }
  }

  private static IllegalStateException changed(ReflectiveOperationException e) {
    return new IllegalStateException("jackson-jq is not the version this was written for", e);
  }
}
