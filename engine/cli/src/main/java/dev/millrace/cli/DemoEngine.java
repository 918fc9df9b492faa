package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.server.EngineSettings;
import dev.millrace.wire.RecordLimits;
import dev.millrace.wire.Topics;
import dev.millrace.wire.blob.BlobLocation;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What every demo runs on: an engine with its own Kafka, all below one folder of its own. */
final class DemoEngine implements AutoCloseable {
  private static final String NAMESPACE = "demo";
  private static final int RANDOM_CHARS = 8;

  private final Workspace workspace;
  private final LocalEngine engine;
  private final WorkflowClient client;

  private DemoEngine(Workspace workspace, LocalEngine engine) {
    this.workspace = workspace;
    this.engine = engine;
    this.client = new WorkflowClient(engine.connection());
  }

  /** Demos keep what they did apart from everything else, and find it again the next time. */
  static Workspace workspace(Millrace millrace) {
    return new Workspace(millrace.workspace().folder().resolve("demo"));
  }

  /**
   * @param settings of the stages
   */
  static DemoEngine start(Millrace millrace, Map<String, String> settings) {
    var workspace = workspace(millrace);
    var engine =
        LocalEngine.start(
            new LocalEngine.Settings(
                workspace,
                new Topics(NAMESPACE),
                null,
                null,
                BlobLocation.folder(workspace.blobs()),
                RecordLimits.DEFAULT,
                EngineSettings.LIFECYCLE,
                0,
                true,
                settings),
            millrace.terminal());
    return new DemoEngine(workspace, engine);
  }

  /**
   * @param sources of definitions that ship
   */
  void deploy(List<String> sources) {
    var definitions = Definitions.knowing(workspace);
    var deployment = new Deployment(client);
    for (var source : sources) {
      deployment.deploy(definitions.require(source), source);
    }
  }

  WorkflowClient client() {
    return client;
  }

  /**
   * @param id what the user asked for
   * @param prefix of an id that is made up otherwise
   */
  static InstanceId instance(@Nullable String id, String prefix) {
    return Arguments.instanceId(
        id != null ? id : prefix + UUID.randomUUID().toString().substring(0, RANDOM_CHARS));
  }

  @Override
  public void close() {
    client.close();
    engine.close();
  }
}
