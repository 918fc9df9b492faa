package dev.millrace.cli;

import dev.millrace.stages.secret.SecretStore;
import dev.millrace.wire.blob.BlobLocation;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Settings of the stages that run in this process. */
final class StageOptions {
  @Mixin private final RunOptions run = new RunOptions();

  @Option(
      names = "--set",
      paramLabel = "NAME=VALUE",
      description =
          "A setting of the stages, e.g. llm.provider=ollama. Keys of services come from the"
              + " environment: llm.api-key-env=NAME.")
  private Map<String, String> settings = Map.of();

  @Option(
      names = "--blobs",
      paramLabel = "URI",
      description =
          "Where values too large for a record are kept, the same for every process: file:///FOLDER"
              + " or s3://BUCKET/PREFIX?region=…&endpoint=…&path-style=true. Default: a folder"
              + " below .millrace.")
  private @Nullable URI blobs;

  @Option(
      names = "--secrets",
      paramLabel = "DIR",
      description =
          "Folder with one file per secret, named as in use.secrets; text or JSON. Without a file"
              + " the variable MILLRACE_SECRET_NAME is used. No workflow may use one unless --set"
              + " secrets.allow='NAMESPACE/NAME: SECRET, …' says so.")
  private @Nullable Path secrets;

  /**
   * @throws CommandFailure if what was given names no store
   */
  BlobLocation blobs(Workspace workspace) {
    try {
      return blobs == null ? BlobLocation.folder(workspace.blobs()) : new BlobLocation(blobs);
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  /**
   * What is said by its own option counts for less than what is said by {@code --set}.
   *
   * @throws CommandFailure if the folder of secrets is none
   */
  Map<String, String> settings() {
    var all = new TreeMap<>(run.settings());
    if (secrets != null) {
      if (!Files.isDirectory(secrets)) {
        throw new CommandFailure(ExitCode.USAGE, "--secrets: there is no folder " + secrets);
      }
      all.put(SecretStore.FOLDER_SETTING, secrets.toAbsolutePath().toString());
    }
    all.putAll(settings);
    return all;
  }
}
