package dev.millrace.stages.run;

import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.stages.StageSettings;
import io.kubernetes.client.custom.Quantity;
import io.kubernetes.client.custom.QuantityFormatException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which containers a worker may run, and with what.
 *
 * @param images that may be run; none unless the worker's owner says so
 * @param volumes claims and config maps that may be mounted, as definitions name them; none unless
 *     the worker's owner says so
 * @param user id of the user and group in the container; null for the image's own user, who may be
 *     root
 * @param cpu at most, in CPUs
 * @param memory at most, in bytes
 * @param output of each log that is kept, in bytes
 */
record ContainerSettings(
    ImageList images,
    List<String> volumes,
    @Nullable Long user,
    Quantity cpu,
    Quantity memory,
    int output) {
  static final String ALLOW = "run.container-allow";
  static final String VOLUMES = "run.container-volumes";
  static final String USER = "run.container-user";
  static final String CPU = "run.container-cpu";
  static final String MEMORY = "run.container-memory";

  /** Value of {@value #USER}: whoever the image says. */
  static final String USER_OF_IMAGE = "image";

  private static final String ALL = "*";

  /** Nobody in particular, and not root. */
  private static final String DEFAULT_USER = "65532";

  private static final String DEFAULT_CPU = "1";
  private static final String DEFAULT_MEMORY = "1Gi";

  /**
   * @throws IllegalArgumentException if a setting is none
   */
  static ContainerSettings of(StageSettings settings, int outputBytesMax) {
    return new ContainerSettings(
        ImageList.parse(settings.value(ALLOW).orElse("")),
        RunSettings.names(settings.value(VOLUMES)).toList(),
        user(settings.value(USER).orElse(DEFAULT_USER)),
        quantity(CPU, settings.value(CPU).orElse(DEFAULT_CPU)),
        quantity(MEMORY, settings.value(MEMORY).orElse(DEFAULT_MEMORY)),
        outputBytesMax);
  }

  private static @Nullable Long user(String text) {
    if (text.equals(USER_OF_IMAGE)) {
      return null;
    }
    if (!text.matches("[1-9]\\d{0,8}")) {
      throw new IllegalArgumentException(
          USER + " is the number of a user who is not root, or 'image': " + text);
    }
    return Long.valueOf(text);
  }

  private static Quantity quantity(String name, String text) {
    try {
      var quantity = Quantity.fromString(text);
      if (quantity.getNumber().signum() > 0) {
        return quantity;
      }
    } catch (QuantityFormatException | NumberFormatException _) { // the same answer as for zero
    }
    throw new IllegalArgumentException(
        name + " is a quantity as Kubernetes has them, such as 500m or 2Gi: " + text);
  }

  /**
   * @throws NotRunException if it may not be mounted
   */
  void requireVolume(String volume) throws NotRunException {
    if (!volumes.contains(volume) && !volumes.contains(ALL)) {
      throw new NotRunException(
          Kind.AUTHORIZATION.error(
              "this worker may not mount '%s'; its owner allows it with --set %s=%s"
                  .formatted(volume, VOLUMES, volume)));
    }
  }
}
