package dev.millrace.stages;

import dev.millrace.core.StageName;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.core.plan.FunctionContract;
import dev.millrace.stages.secret.SecretFunction;
import dev.millrace.stages.secret.SecretRules;
import dev.millrace.stages.secret.SecretStore;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.ServiceLoader;

/** The stages of a process, and the functions a definition may call. */
public final class Stages {
  private Stages() {}

  /**
   * The stages of every {@link StageProvider} on the class path, with the secrets of this process.
   *
   * @throws IllegalArgumentException if two of them have the same stage or the same function
   */
  public static List<StageSpec> discover(StageSettings settings) {
    var specs =
        ServiceLoader.load(StageProvider.class).stream()
            .map(ServiceLoader.Provider::get)
            .flatMap(provider -> provider.stages(settings).stream())
            .toList();
    catalog(specs);
    return SecretFunction.all(specs, SecretStore.of(settings), SecretRules.of(settings));
  }

  /**
   * Which stage runs which function, and what each takes and gives.
   *
   * @throws IllegalArgumentException if two of them have the same stage or the same function
   */
  public static FunctionCatalog catalog(Collection<StageSpec> specs) {
    var names = new HashSet<StageName>();
    var stages = new HashMap<String, StageName>();
    var contracts = new HashMap<String, FunctionContract>();
    var unavailable = new HashMap<String, String>();
    for (var spec : specs) {
      if (!names.add(spec.name())) {
        throw new IllegalArgumentException("two stages are named '" + spec.name() + "'");
      }
      contracts.putAll(spec.contracts());
      unavailable.putAll(spec.unavailable());
      for (var function : spec.functions().keySet()) {
        var other = stages.put(function, spec.name());
        if (other != null) {
          throw new IllegalArgumentException(
              "function '%s' is of stage '%s' and of stage '%s'"
                  .formatted(function, other, spec.name()));
        }
      }
    }
    return new FunctionCatalog(stages, contracts, unavailable);
  }
}
