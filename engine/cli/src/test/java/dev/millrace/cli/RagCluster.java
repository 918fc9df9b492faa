package dev.millrace.cli;

import dev.millrace.core.InstanceId;
import dev.millrace.core.StageName;
import dev.millrace.sagas.rag.RagSaga;
import dev.millrace.wire.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * The RAG saga as it runs in production: broker, engine and three workers, each a process with a
 * folder of its own.
 */
final class RagCluster implements AutoCloseable {
  private static final String NAMESPACE = "crash";
  private static final String CORPUS = "pottery";

  private final Path folder;
  private final Path corpus;
  private final Connection connection;
  private final List<ClusterMember> members = new ArrayList<>();
  private final ClusterMember broker;
  private final ClusterMember engine;
  private final ClusterMember search;
  private final ClusterMember writer;
  private final ClusterMember judge;

  /**
   * @param folder for everything the processes keep
   * @param corpus of documents to answer from
   * @param chatUrl of an endpoint that speaks OpenAI's protocol
   */
  RagCluster(Path folder, Path corpus, String chatUrl) {
    this.folder = folder;
    this.corpus = corpus;
    int port = freePort();
    this.connection = new Connection("localhost:" + port, new Topics(NAMESPACE), null);
    broker = member("broker", "broker ready", "broker", "--port", Integer.toString(port));
    engine = atBroker("engine", "engine ready", "engine");
    search = worker("search", "index,embed,retrieve", RagSaga.settings(Map.of(CORPUS, corpus)));
    writer =
        worker(
            "writer",
            "llm",
            Map.of("llm.provider", "openai", "llm.base-url", chatUrl, "llm.model", "test-model"));
    judge = worker("judge", "validate", Map.of());
  }

  /** Starts every process, deploys the definitions, and indexes the corpus by its workflow. */
  void start() throws IOException {
    broker.start();
    broker.awaitReady();
    engine.start();
    engine.awaitReady();
    var workers = List.of(search, writer, judge);
    workers.forEach(ClusterMember::start);
    workers.forEach(ClusterMember::awaitReady);
    try (var client = client()) {
      deploy(client, RagSaga.agenticRag());
      deploy(client, RagSaga.indexDocument());
      index(client);
    }
  }

  private void deploy(WorkflowClient client, String source) {
    var definition = Definitions.knowing(Workspace.in(folder)).require(source);
    new Deployment(client).deploy(definition, source);
  }

  private void index(WorkflowClient client) throws IOException {
    var failures = new ArrayList<String>();
    var documents = RagSaga.corpusDocuments(CORPUS, corpus);
    var tally = new Indexing(client, _ -> {}).run(documents, failures::add);
    if (tally.done() != documents.size()) {
      throw new AssertionError("not indexed: " + failures);
    }
  }

  /** Makes every process run and work, whatever an earlier scenario has left. */
  void recover() {
    members.forEach(ClusterMember::recover);
  }

  WorkflowClient client() {
    return new WorkflowClient(connection);
  }

  RunTrace trace(InstanceId instance) {
    return new RunTrace(connection, instance);
  }

  RunRecord record(InstanceId instance) {
    return RunRecord.read(connection, instance);
  }

  /** What the workers of a stage would remember after a crash. */
  WorkerProgress progress(String stage) {
    return new WorkerProgress(connection, new StageName(stage));
  }

  ClusterMember broker() {
    return broker;
  }

  ClusterMember engine() {
    return engine;
  }

  /** Works for {@code index}, {@code embed} and {@code retrieve}, and has the index. */
  ClusterMember search() {
    return search;
  }

  /** Works for {@code llm}. */
  ClusterMember writer() {
    return writer;
  }

  /** Works for {@code validate}. */
  ClusterMember judge() {
    return judge;
  }

  /** The end of what each process has printed. */
  String lastWords() {
    return members.stream().map(ClusterMember::lastWords).collect(Collectors.joining());
  }

  /** The broker last. */
  @Override
  public void close() {
    members.reversed().forEach(ClusterMember::close);
  }

  private ClusterMember worker(String name, String stages, Map<String, String> settings) {
    var arguments = new ArrayList<>(List.of("work", "--stages", stages, "--member", name));
    settings.forEach((setting, value) -> arguments.addAll(List.of("--set", setting + "=" + value)));
    return atBroker(name, "working for", arguments.toArray(String[]::new));
  }

  private ClusterMember atBroker(String name, String readyLine, String... arguments) {
    var all = new ArrayList<>(List.of(arguments));
    all.addAll(List.of("--bootstrap", connection.bootstrapServers(), "--namespace", NAMESPACE));
    return member(name, readyLine, all.toArray(String[]::new));
  }

  private ClusterMember member(String name, String readyLine, String... arguments) {
    var member = new ClusterMember(name, folder.resolve(name), readyLine, arguments);
    members.add(member);
    return member;
  }

  /** Known before the broker is, because it has to come back to the same one. */
  private static int freePort() {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no free port for the broker", e);
    }
  }
}
