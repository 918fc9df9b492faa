package dev.millrace.server;

import dev.millrace.core.StageName;
import dev.millrace.core.plan.FunctionCatalog;
import dev.millrace.wire.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** An engine as a process of its own, to be killed. */
final class EngineProcess {
  static final String READY = "engine ready";

  private EngineProcess() {}

  public static void main(String[] arguments) throws InterruptedException {
    var settings = EngineSettings.of(arguments[0], new Topics(arguments[1]), Path.of(arguments[2]));
    var catalog = new FunctionCatalog(Map.of("work", new StageName("work")));
    try (var engine = Engine.start(settings, catalog)) {
      if (engine.awaitReady(Duration.ofMinutes(1))) {
        System.out.println(READY);
      }
      engine.awaitEnd();
    }
  }
}
