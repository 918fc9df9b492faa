package dev.millrace.scenarios;

import dev.millrace.stages.StageFunction;
import dev.millrace.stages.secret.SecretFunction;
import dev.millrace.stages.secret.SecretRules;
import dev.millrace.stages.secret.SecretStore;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The secrets that a scenario's workers have, and who may use them. */
final class ScenarioSecrets {
  private static final String EVERYBODY = "*/*";

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> allowed = new LinkedHashMap<>();

  /** Everybody may use it, unless another step says who. */
  void put(String name, String value) {
    values.put(name, value);
    allowed.putIfAbsent(name, EVERYBODY);
  }

  /** Nobody is kept from what is not there. */
  void lack(String name) {
    allowed.put(name, EVERYBODY);
  }

  void allow(String workflow, String name) {
    allowed.put(name, workflow);
  }

  @Nullable String value(String name) {
    return values.get(name);
  }

  /** The function with these secrets; as it is if the scenario says nothing of any. */
  StageFunction given(StageFunction function) {
    return allowed.isEmpty()
        ? function
        : SecretFunction.of(function, new SecretStore(null, variables()), rules());
  }

  private Map<String, String> variables() {
    return values.entrySet().stream()
        .collect(Collectors.toMap(each -> variable(each.getKey()), Map.Entry::getValue));
  }

  private static String variable(String name) {
    return SecretStore.VARIABLE_PREFIX + name.toUpperCase(Locale.ROOT).replaceAll("[^A-Z0-9]", "_");
  }

  private SecretRules rules() {
    return SecretRules.parse(
        allowed.entrySet().stream()
            .map(each -> each.getValue() + ": " + each.getKey())
            .collect(Collectors.joining(";")));
  }
}
