package dev.millrace.core.expression;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.millrace.core.CanonicalJson;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import net.thisptr.jackson.jq.BuiltinFunctionLoader;
import net.thisptr.jackson.jq.Expression;
import net.thisptr.jackson.jq.Function;
import net.thisptr.jackson.jq.PathOutput;
import net.thisptr.jackson.jq.Version;
import net.thisptr.jackson.jq.Versions;
import net.thisptr.jackson.jq.exception.JsonQueryException;
import net.thisptr.jackson.jq.exception.JsonQueryTypeException;
import net.thisptr.jackson.jq.internal.JsonQueryFunction;
import net.thisptr.jackson.jq.internal.javacc.ExpressionParser;
import net.thisptr.jackson.jq.path.Path;
import org.jspecify.annotations.Nullable;

/**
 * The functions an expression can call: the library's, on the meter; those of jq 1.7 it lacks; and
 * three of ours that are the same on every run.
 */
final class Builtins {
  static final Version DIALECT = Versions.JQ_1_7;

  /** Would tell an expression about the process around it. */
  private static final Set<String> WITHHELD = Set.of("debug_scope/0", "builtins/0");

  /** Written in jq, as in jq's own {@code builtin.jq}. */
  private static final List<Definition> MISSING =
      List.of(
          new Definition("abs", List.of(), "if type == \"number\" and . < 0 then -. else . end"),
          new Definition("add", List.of("f"), "reduce f as $x (null; . + $x)"),
          new Definition("ascii", List.of(), "[.] | implode"),
          new Definition("date", List.of(), "todateiso8601"),
          new Definition("fromdate", List.of(), "fromdateiso8601"),
          new Definition("todate", List.of(), "todateiso8601"),
          new Definition("toarray", List.of(), "if type == \"array\" then . else [.] end"),
          new Definition("IN", List.of("s"), "any(s == .; .)"),
          new Definition("IN", List.of("src", "s"), "any(src == s; .)"),
          new Definition("INDEX", List.of("f"), "INDEX(.[]; f)"),
          new Definition(
              "INDEX",
              List.of("stream", "f"),
              "reduce stream as $row ({}; .[$row | f | tostring] |= $row)"),
          new Definition("isvalid", List.of("f"), "try (f | true) catch false"),
          new Definition(
              "limit",
              List.of("$n", "f"),
              "if $n > 0 then label $out | foreach f as $item"
                  + " (0; . + 1; $item, (if . >= $n then break $out else empty end))"
                  + " elif $n == 0 then empty else f end"),
          new Definition(
              "skip",
              List.of("$n", "f"),
              "if $n > 0 then foreach f as $item"
                  + " ($n; . - 1; if . < 0 then $item else empty end) else f end"),
          new Definition("repeat", List.of("f"), "def _repeat: ., (f | _repeat); _repeat"),
          new Definition("ltrim", List.of(), "sub(\"^\\\\s+\"; \"\")"),
          new Definition("rtrim", List.of(), "sub(\"\\\\s+$\"; \"\")"),
          new Definition("trim", List.of(), "ltrim | rtrim"));

  /** The scope every evaluation starts from. */
  static final net.thisptr.jackson.jq.Scope ROOT = load();

  private static final Set<String> SIGNATURES = Set.copyOf(ROOT.getLocalFunctions().keySet());

  private Builtins() {}

  /** As name and number of arguments, {@code map/1}. */
  static Set<String> signatures() {
    return SIGNATURES;
  }

  private static net.thisptr.jackson.jq.Scope load() {
    var root = net.thisptr.jackson.jq.Scope.newEmptyScope();
    var library = BuiltinFunctionLoader.getInstance().listFunctions(DIALECT, root);
    WITHHELD.forEach(library::remove);
    library.forEach(
        (signature, function) -> root.addFunction(signature, metered(signature, function)));
    MISSING.forEach(definition -> definition.addTo(root));
    root.addFunction("setpath/2", boundedPath(root.getFunction("setpath", 2)));
    root.addFunction("getpath/1", boundedPath(root.getFunction("getpath", 1)));
    root.addFunction("_match_impl/3", RegularExpressions.MATCH);
    root.addFunction("_sub_impl/3", RegularExpressions.SUBSTITUTE);
    root.addFunction("now/0", (_, _, _, _, output, _) -> output.emit(now(), null));
    root.addFunction("jcs/0", (_, _, in, _, output, _) -> output.emit(jcs(in), null));
    root.addFunction("sha256/0", (_, _, in, _, output, _) -> output.emit(sha256(in), null));
    root.addFunction("uuid5/2", Builtins::uuid5);
    return root;
  }

  private static Function metered(String signature, Function function) {
    if (function instanceof JsonQueryFunction written) {
      SyntaxTree.meter(written);
      return written;
    }
    return MeteredFunction.of(signature, function);
  }

  private static Function boundedPath(Function inner) {
    return (scope, arguments, in, path, output, version) -> {
      var bounded = new ArrayList<>(arguments);
      bounded.set(0, new BoundedIndex(arguments.getFirst()));
      inner.apply(scope, bounded, in, path, output, version);
    };
  }

  private static JsonNode now() {
    return DoubleNode.valueOf(Meter.current().scope().now().toEpochMilli() / 1000.0);
  }

  private static JsonNode jcs(JsonNode value) {
    Meter.current().read(value);
    return TextNode.valueOf(CanonicalJson.write(value));
  }

  private static JsonNode sha256(JsonNode value) throws JsonQueryException {
    var bytes = text(value).getBytes(StandardCharsets.UTF_8);
    return TextNode.valueOf(HexFormat.of().formatHex(digest("SHA-256", bytes)));
  }

  /** {@code uuid5(namespace; name)}: a UUID made from a name, the same every time. */
  private static void uuid5(
      net.thisptr.jackson.jq.Scope scope,
      List<Expression> arguments,
      JsonNode in,
      @Nullable Path path,
      PathOutput output,
      Version version)
      throws JsonQueryException {
    arguments
        .get(0)
        .apply(
            scope,
            in,
            namespace ->
                arguments
                    .get(1)
                    .apply(scope, in, name -> output.emit(uuid5(namespace, name), null)));
  }

  /**
   * @see <a href="https://www.rfc-editor.org/rfc/rfc9562#section-5.5">RFC 9562, UUID version 5</a>
   */
  private static JsonNode uuid5(JsonNode namespace, JsonNode name) throws JsonQueryException {
    var space = uuid(namespace);
    var bytes = text(name).getBytes(StandardCharsets.UTF_8);
    var seed = ByteBuffer.allocate(2 * Long.BYTES + bytes.length);
    seed.putLong(space.getMostSignificantBits())
        .putLong(space.getLeastSignificantBits())
        .put(bytes);
    var digest = ByteBuffer.wrap(digest("SHA-1", seed.array()));
    var high = digest.getLong() & 0xFFFF_FFFF_FFFF_0FFFL | 0x5000L;
    var low = digest.getLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L;
    return TextNode.valueOf(new UUID(high, low).toString());
  }

  private static UUID uuid(JsonNode value) throws JsonQueryException {
    try {
      return UUID.fromString(text(value));
    } catch (IllegalArgumentException e) {
      throw new JsonQueryException("the namespace of uuid5 is a UUID, not " + value);
    }
  }

  private static String text(JsonNode value) throws JsonQueryException {
    if (!value.isTextual()) {
      throw new JsonQueryTypeException("%s is not a string", value);
    }
    Meter.current().read(value);
    return value.textValue();
  }

  private static byte[] digest(String algorithm, byte[] bytes) {
    try {
      return MessageDigest.getInstance(algorithm).digest(bytes);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has " + algorithm, e);
    }
  }

  private record Definition(String name, List<String> parameters, String body) {
    private void addTo(net.thisptr.jackson.jq.Scope root) {
      try {
        var parsed = SyntaxTree.of(ExpressionParser.compile(body, DIALECT)).root();
        root.addFunction(
            name, parameters.size(), new JsonQueryFunction(name, parameters, parsed, root));
      } catch (JsonQueryException e) {
        throw new IllegalStateException("a built-in function does not parse: " + body, e);
      }
    }
  }
}
