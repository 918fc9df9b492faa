package dev.millrace.sagas.agents;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;

/** What a door to the engine needs of this saga, besides its {@link AgentPattern}s. */
public final class AgentsSaga {
  /** What a scripted model calls itself in {@code provider}. */
  public static final String SCRIPTED = "scripted";

  private static final String DEFINITIONS = "/sagas/agents/";
  private static final String SERVER = "tool-server";
  private static final String SCRIPT = "script.yaml";

  private AgentsSaga() {}

  /**
   * Puts the command that runs the {@link ToolServer} into a folder. It takes no arguments: a
   * worker that allows it allows nothing else.
   *
   * @param classPath where the server's classes are
   * @return the command
   */
  public static String installToolServer(Path folder, String classPath) throws IOException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java");
    var log = folder.resolve(SERVER).toAbsolutePath();
    var script =
        """
        #!/bin/sh
        exec %s -Xmx64m -XX:TieredStopAtLevel=1 %s -cp %s %s
        """
            .formatted(
                quoted(java.toString()),
                quoted("-Dmillrace.log=" + log),
                quoted(classPath),
                ToolServer.class.getName());
    var command = put(folder, SERVER, script);
    Files.setPosixFilePermissions(command, PosixFilePermissions.fromString("rwx------"));
    return command.toString();
  }

  /** For a shell: as it stands, whatever is in it. */
  private static String quoted(String text) {
    return "'" + text.replace("'", "'\\''") + "'";
  }

  /**
   * The settings under which replies come from the script that ships instead of a model.
   *
   * @param folder gets the script
   */
  public static Map<String, String> scripted(Path folder) throws IOException {
    return Map.of("llm.script", put(folder, SCRIPT, text(SCRIPT)).toString());
  }

  /** The setting under which a worker may run the {@linkplain #installToolServer tool server}. */
  public static Map<String, String> allowing(String command) {
    return Map.of("mcp.stdio-allow", command);
  }

  /** Moved into its place when whole: another process may be about to read it. */
  private static Path put(Path folder, String name, String content) throws IOException {
    Files.createDirectories(folder);
    var part = Files.createTempFile(folder, "." + name, ".part");
    Files.writeString(part, content);
    return Files.move(
            part, folder.resolve(name).toAbsolutePath(), StandardCopyOption.REPLACE_EXISTING)
        .toAbsolutePath();
  }

  static String text(String name) {
    try (var content = AgentsSaga.class.getResourceAsStream(DEFINITIONS + name)) {
      if (content == null) {
        throw new IllegalStateException("this jar has no " + DEFINITIONS + name);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + name + " of this jar", e);
    }
  }
}
