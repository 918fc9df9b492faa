package dev.millrace.stages.run;

import io.kubernetes.client.openapi.models.V1ConfigMapVolumeSource;
import io.kubernetes.client.openapi.models.V1EmptyDirVolumeSource;
import io.kubernetes.client.openapi.models.V1PersistentVolumeClaimVolumeSource;
import io.kubernetes.client.openapi.models.V1Volume;
import io.kubernetes.client.openapi.models.V1VolumeMount;

/**
 * A volume of a container.
 *
 * @param number among those of its container
 * @param source as the definition names it
 * @param path where it is mounted
 */
record ContainerVolume(int number, String source, String path) {
  private static final String CONFIG_MAP = "configMap:";
  private static final String EMPTY_DIR = "emptyDir:";

  /** An empty folder that goes with the pod is nothing anybody else has. */
  boolean isOwn() {
    return source.startsWith(EMPTY_DIR);
  }

  V1Volume volume() {
    var volume = new V1Volume().name(name());
    if (isOwn()) {
      return volume.emptyDir(new V1EmptyDirVolumeSource());
    }
    return source.startsWith(CONFIG_MAP)
        ? volume.configMap(
            new V1ConfigMapVolumeSource().name(source.substring(CONFIG_MAP.length())))
        : volume.persistentVolumeClaim(new V1PersistentVolumeClaimVolumeSource().claimName(source));
  }

  V1VolumeMount mount() {
    return new V1VolumeMount().name(name()).mountPath(path).readOnly(source.startsWith(CONFIG_MAP));
  }

  /** Names of claims are longer than names of volumes may be. */
  private String name() {
    return "volume-" + number;
  }
}
