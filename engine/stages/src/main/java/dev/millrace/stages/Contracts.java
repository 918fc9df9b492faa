package dev.millrace.stages;

import dev.millrace.core.plan.FunctionContract;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The contracts of functions, as they lie beside the code: {@code /contracts/<function>.yaml} with
 * {@code doc}, {@code input} and {@code output}.
 */
public final class Contracts {
  private static final String FOLDER = "/contracts/";

  private Contracts() {}

  /**
   * @param owner a class of the jar that has them
   * @throws IllegalStateException if one of them is not there, or is none
   */
  public static Map<String, FunctionContract> of(Class<?> owner, Collection<String> functions) {
    return functions.stream()
        .collect(Collectors.toUnmodifiableMap(Function.identity(), name -> read(owner, name)));
  }

  private static FunctionContract read(Class<?> owner, String function) {
    var name = FOLDER + function + ".yaml";
    try (var content = owner.getResourceAsStream(name)) {
      if (content == null) {
        throw new IllegalStateException("this jar has no " + name);
      }
      return FunctionContract.parse(new String(content.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + name, e);
    } catch (IllegalArgumentException e) {
      throw new IllegalStateException(name + ": " + e.getMessage(), e);
    }
  }
}
