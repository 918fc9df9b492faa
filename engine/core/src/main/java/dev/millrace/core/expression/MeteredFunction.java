package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/** A built-in function written in Java, which pays in advance for the work it does unseen. */
record MeteredFunction(Function inner, Cost cost) implements Function {
  private static final Set<String> CONSTANT =
      Set.of(
          "length/0",
          "has/1",
          "type/0",
          "not/0",
          "empty/0",
          "error/0",
          "error/1",
          "getpath/1",
          "range/1",
          "range/2",
          "range/3",
          "now/0",
          "isnan/0",
          "isnormal/0",
          "isinfinite/0",
          "floor/0",
          "ceil/0",
          "round/0",
          "sqrt/0",
          "pow/2",
          "nan/0",
          "infinite/0");
  private static final Set<String> CROSSED =
      Set.of("contains/1", "indices/1", "index/1", "rindex/1", "delpaths/1", "split/1", "join/1");

  /** How the work of a function grows. */
  enum Cost {
    CONSTANT,
    INPUT,
    INPUT_TIMES_ARGUMENT
  }

  static MeteredFunction of(String signature, Function inner) {
    return new MeteredFunction(inner, cost(signature));
  }

  private static Cost cost(String signature) {
    if (CONSTANT.contains(signature)) {
      return Cost.CONSTANT;
    }
    return CROSSED.contains(signature) ? Cost.INPUT_TIMES_ARGUMENT : Cost.INPUT;
  }

  @Override
  public void apply(
      net.thisptr.jackson.jq.Scope scope,
      List<Expression> arguments,
      JsonNode in,
      @Nullable Path path,
      PathOutput output,
      Version version)
      throws JsonQueryException {
    switch (cost) {
      case CONSTANT -> inner.apply(scope, arguments, in, path, output, version);
      case INPUT -> {
        Meter.current().read(in);
        inner.apply(scope, arguments, in, path, output, version);
      }
      case INPUT_TIMES_ARGUMENT ->
          inner.apply(scope, crossing(in, arguments), in, path, output, version);
    }
  }

  private static List<Expression> crossing(JsonNode in, List<Expression> arguments) {
    return arguments.stream().<Expression>map(each -> new Crossing(in, each)).toList();
  }

  /** An argument that pays for being compared with every part of the input. */
  private record Crossing(JsonNode other, Expression inner) implements Expression {
    @Override
    public void apply(
        net.thisptr.jackson.jq.Scope scope,
        JsonNode in,
        @Nullable Path path,
        PathOutput output,
        boolean requirePath)
        throws JsonQueryException {
      inner.apply(
          scope,
          in,
          path,
          (value, valuePath) -> {
            Meter.current().crossed(other, value);
            Meter.checkLength((double) other.size() * value.asText().length());
            output.emit(value, valuePath);
          },
          requirePath);
    }
  }
}
