package dev.millrace.sagas.rag;

import dev.millrace.core.StageName;
import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Embedding;
import dev.millrace.llm.text.MiniLm;
import dev.millrace.llm.text.RememberingEmbedder;
import dev.millrace.sagas.rag.document.Corpora;
import dev.millrace.sagas.rag.document.Document;
import dev.millrace.sagas.rag.document.DocumentReader;
import dev.millrace.sagas.rag.document.Passage;
import dev.millrace.sagas.rag.document.PassageSplitter;
import dev.millrace.sagas.rag.index.IndexedDocument;
import dev.millrace.sagas.rag.index.PassageIndex;
import dev.millrace.sagas.rag.index.RetrievalMode;
import dev.millrace.sagas.rag.index.Retriever;
import dev.millrace.sagas.rag.validation.Evidence;
import dev.millrace.sagas.rag.validation.Validator;
import dev.millrace.stages.Contracts;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StageFunctions;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageProvider;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The stages behind the definitions of this saga.
 *
 * <p>{@code index}: {@code rag.load}, {@code rag.split}, {@code rag.store}; {@code embed}: {@code
 * rag.embed}; {@code retrieve}: {@code rag.retrieve}; {@code validate}: {@code rag.validate}. The
 * index lies in {@value #INDEX_FOLDER} of the data folder.
 */
public final class RagStages implements StageProvider {
  static final String INDEX_FOLDER = "rag-index";

  /** Those any definition may call; the others are the parts of indexing, and change with it. */
  private static final Set<String> DOCUMENTED = Set.of("rag.retrieve", "rag.validate");

  private static final Duration SEARCH_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration INDEX_TIMEOUT = Duration.ofSeconds(120);

  /** Embedding keeps every core busy by itself: more at once would only make each slower. */
  private static final int EMBEDDING_CONCURRENCY_MAX = 2;

  private static final int INDEX_CONCURRENCY_MAX = 8;
  private static final int SEARCH_CONCURRENCY_MAX = 8;

  private final Embedder embedder = new MiniLm();

  /** An answer's attempts look at the same sentences again and again; indexing never does. */
  static final Embedder REMEMBERING = new RememberingEmbedder(new MiniLm());

  @Override
  public List<StageSpec> stages(StageSettings settings) {
    return List.of(
        stage("index", INDEX_TIMEOUT, INDEX_CONCURRENCY_MAX, indexing(settings)),
        stage("embed", INDEX_TIMEOUT, EMBEDDING_CONCURRENCY_MAX, Map.of("rag.embed", embed())),
        stage(
            "retrieve",
            SEARCH_TIMEOUT,
            SEARCH_CONCURRENCY_MAX,
            Map.of("rag.retrieve", retrieve(settings))),
        stage(
            "validate",
            SEARCH_TIMEOUT,
            SEARCH_CONCURRENCY_MAX,
            Map.of("rag.validate", validate())));
  }

  private static StageSpec stage(
      String name, Duration timeout, int concurrencyMax, Map<String, StageFunction> functions) {
    var usual = StagePolicy.DEFAULT;
    var policy =
        new StagePolicy(
            timeout,
            concurrencyMax,
            usual.circuitFailureRatePct(),
            usual.circuitWindow(),
            usual.circuitOpenFor());
    var documented = functions.keySet().stream().filter(DOCUMENTED::contains).toList();
    return new StageSpec(new StageName(name), policy, functions)
        .withContracts(Contracts.of(RagStages.class, documented));
  }

  private record Load(String corpus, String path, @Nullable String title) {
    Load {
      Objects.requireNonNull(corpus, "corpus");
      Objects.requireNonNull(path, "path");
    }
  }

  private record Split(Document document) {
    Split {
      Objects.requireNonNull(document, "document");
    }
  }

  private record Passages(List<Passage> passages) {}

  private record Embed(String title, List<Passage> passages) {
    Embed {
      Objects.requireNonNull(title, "title");
      Objects.requireNonNull(passages, "passages");
    }
  }

  private record Vectors(List<String> vectors, int dimension, String model) {}

  private record Store(IndexedDocument document, List<Passage> passages, List<String> vectors) {
    Store {
      Objects.requireNonNull(document, "document");
      Objects.requireNonNull(passages, "passages");
      Objects.requireNonNull(vectors, "vectors");
    }
  }

  private record Stored(String id, int passages) {}

  private record Retrieve(
      String query, RetrievalMode mode, int topK, @Nullable List<String> corpora) {
    Retrieve {
      Objects.requireNonNull(query, "query");
      Objects.requireNonNull(mode, "mode");
    }
  }

  private static Map<String, StageFunction> indexing(StageSettings settings) {
    var reader = new DocumentReader(Corpora.fromSettings(settings.values()));
    var splitter = new PassageSplitter();
    return Map.of(
        "rag.load",
        StageFunctions.of(Load.class, a -> reader.read(a.corpus(), a.path(), a.title())),
        "rag.split",
        StageFunctions.of(Split.class, a -> new Passages(splitter.split(a.document()))),
        "rag.store",
        StageFunctions.of(Store.class, a -> store(index(settings), a)));
  }

  private static PassageIndex index(StageSettings settings) {
    return PassageIndex.in(indexFolder(settings.dataFolder()));
  }

  static Path indexFolder(Path dataFolder) {
    return dataFolder.resolve(INDEX_FOLDER);
  }

  private static Stored store(PassageIndex index, Store a) throws java.io.IOException {
    var embeddings = a.vectors().stream().map(Embedding::fromBase64).toList();
    index.store(a.document(), a.passages(), embeddings);
    return new Stored(a.document().id(), a.passages().size());
  }

  private StageFunction embed() {
    return StageFunctions.of(
        Embed.class,
        a -> {
          var texts =
              a.passages().stream().map(passage -> withHeadings(a.title(), passage)).toList();
          var vectors = embedder.embed(texts).stream().map(Embedding::toBase64).toList();
          return new Vectors(vectors, MiniLm.DIMENSION, MiniLm.NAME);
        });
  }

  /** A passage rarely names its subject; its headings do. */
  private static String withHeadings(String title, Passage passage) {
    return title + ". " + passage.section() + ". " + passage.text();
  }

  private StageFunction retrieve(StageSettings settings) {
    return StageFunctions.of(
        Retrieve.class,
        a ->
            new Retriever(index(settings), REMEMBERING)
                .retrieve(
                    a.query(), a.mode(), a.corpora() == null ? List.of() : a.corpora(), a.topK()));
  }

  private StageFunction validate() {
    var validator = Validator.standard(REMEMBERING);
    return StageFunctions.of(Evidence.class, validator::validate);
  }
}
