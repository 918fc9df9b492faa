package dev.millrace.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.DefinitionRef;
import dev.millrace.sagas.rag.CorpusDocument;
import dev.millrace.sagas.rag.RagSaga;
import dev.millrace.wire.Submission;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "rag",
    mixinStandardHelpOptions = true,
    description = {
      "Indexes documents and answers questions about them, each as a workflow on an embedded Kafka.",
      "Without a question it asks for some."
    })
final class RagDemoCommand implements Callable<Integer> {
  private static final DefinitionRef WORKFLOW = DefinitionRef.parse("rag/agentic-rag");
  private static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(10);

  /** About the documents that ship; the last one they do not answer. */
  private static final List<String> SAMPLES =
      List.of(
          "What triggers a checkpoint?",
          "What happens when a deadlock is detected?",
          "Why is the embedded broker a module of its own?",
          "Who won the football world cup in 1998?");

  private final Millrace millrace;

  @Mixin private final StageOptions stages = new StageOptions();

  @Option(
      names = "--corpus",
      paramLabel = "DIR",
      description =
          "A folder of Markdown, text or HTML, several times for several. Default: this project's"
              + " documents, and chapters of PostgreSQL's.")
  private List<Path> folders = List.of();

  @Parameters(paramLabel = "QUESTION", arity = "0..1", description = "Asks it, and ends.")
  private @Nullable String argument;

  @Option(names = "--question", paramLabel = "TEXT", description = "The same, as an option.")
  private @Nullable String option;

  @Option(
      names = "--id",
      paramLabel = "ID",
      description = "Instance id of the question; the same id and question find the run there is.")
  private @Nullable String id;

  RagDemoCommand(Millrace millrace) {
    this.millrace = millrace;
  }

  @Override
  public Integer call() throws IOException {
    if (argument != null && option != null) {
      throw new CommandFailure(ExitCode.USAGE, "one question at a time: leave out --question");
    }
    var question = argument == null ? option : argument;
    var workspace = DemoEngine.workspace(millrace);
    Logs.of(workspace, "demo-rag");
    var corpora = corpora(workspace);
    var documents = documents(corpora);
    var settings = new TreeMap<>(RagSaga.settings(corpora));
    settings.putAll(stages.settings());
    try (var engine = DemoEngine.start(millrace, Map.copyOf(settings))) {
      var client = engine.client();
      engine.deploy(List.of(RagSaga.agenticRag(), RagSaga.indexDocument()));
      index(client, documents);
      return question == null ? converse(client, corpora) : ask(client, corpora, question).code();
    }
  }

  private Map<String, Path> corpora(Workspace workspace) throws IOException {
    var corpora = new TreeMap<String, Path>();
    if (folders.isEmpty()) {
      corpora.put(ProjectDocuments.CORPUS, ProjectDocuments.copy(workspace.corpus()));
      corpora.put(RagSaga.CORPUS, RagSaga.extractCorpus(workspace.corpus()));
    }
    folders.forEach(folder -> corpora.put(RagSaga.corpusName(folder), folder));
    return corpora;
  }

  private static List<CorpusDocument> documents(Map<String, Path> corpora) throws IOException {
    var documents = new ArrayList<CorpusDocument>();
    try {
      for (var corpus : corpora.entrySet()) {
        documents.addAll(RagSaga.corpusDocuments(corpus.getKey(), corpus.getValue()));
      }
      return documents;
    } catch (IllegalArgumentException e) {
      throw new CommandFailure(ExitCode.USAGE, String.valueOf(e.getMessage()), e);
    }
  }

  private void index(WorkflowClient client, List<CorpusDocument> documents) {
    var bar = new ProgressBar(millrace.terminal());
    var tally =
        new Indexing(client, bar::show)
            .run(documents, failure -> millrace.terminal().note("not indexed: " + failure));
    bar.finish(tally);
  }

  private int converse(WorkflowClient client, Map<String, Path> corpora) {
    var terminal = millrace.terminal();
    terminal.say("");
    terminal.say(
        "Ask about these documents, an empty line ends."
            + (folders.isEmpty() ? " For example:" : ""));
    (folders.isEmpty() ? SAMPLES : List.<String>of())
        .forEach(sample -> terminal.say("  " + terminal.dim(sample)));
    var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var line = prompt(lines); !line.isBlank(); line = prompt(lines)) {
      ask(client, corpora, line.strip());
    }
    return ExitCode.OK.code();
  }

  private String prompt(BufferedReader lines) {
    millrace.terminal().out().print("\n" + millrace.terminal().bold("? "));
    millrace.terminal().out().flush();
    try {
      var line = lines.readLine();
      return line == null ? "" : line;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private ExitCode ask(WorkflowClient client, Map<String, Path> corpora, String text) {
    var terminal = millrace.terminal();
    var instance = DemoEngine.instance(id, "ask-");
    terminal.say("");
    terminal.say(terminal.bold(text) + terminal.dim("  (instance " + instance + ")"));
    var view = new RagView(terminal);
    try (var watch = new RunWatch(client, instance)) {
      return watch
          .run(new Submission.Start(WORKFLOW, input(corpora, text)), ANSWER_TIMEOUT, view::show)
          .map(view::conclude)
          .orElseThrow(
              () -> new CommandFailure(ExitCode.TIMED_OUT, "no answer within " + ANSWER_TIMEOUT));
    }
  }

  private static ObjectNode input(Map<String, Path> corpora, String text) {
    var input = JsonNodeFactory.instance.objectNode().put("question", text);
    corpora.keySet().forEach(input.putArray("corpora")::add);
    return input;
  }
}
