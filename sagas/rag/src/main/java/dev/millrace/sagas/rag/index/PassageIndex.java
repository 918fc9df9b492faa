package dev.millrace.sagas.rag.index;

import dev.millrace.llm.text.Embedding;
import dev.millrace.sagas.rag.document.Passage;
import dev.millrace.sagas.rag.text.Terms;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.lucene.document.Field.Store;
import org.apache.lucene.document.KnnFloatVectorField;
import org.apache.lucene.document.StoredField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.VectorSimilarityFunction;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.FSDirectory;
import org.jspecify.annotations.Nullable;

/**
 * The passages of all corpora in one folder, found by their words and by their meaning.
 *
 * <p>One writer per folder: the process shares it, and Lucene's lock keeps other processes out.
 * Readers see what is committed, so a process that only searches may share the folder with the one
 * that writes.
 */
public final class PassageIndex {
  static final String DOCUMENT = "document";
  static final String CORPUS = "corpus";
  static final String ID = "id";
  static final String PATH = "path";
  static final String TITLE = "title";
  static final String SECTION = "section";
  static final String TEXT = "text";
  static final String VECTOR = "vector";
  static final String ABBREVIATION = "abbreviation";
  static final String MEANING = "meaning";

  private static final ConcurrentHashMap<Path, PassageIndex> OPEN = new ConcurrentHashMap<>();

  private final Directory directory;
  private final Object committing = new Object();
  private @Nullable IndexWriter writer;
  private @Nullable SearcherManager searchers;
  private volatile long committed;

  private PassageIndex(Path folder) {
    try {
      directory = FSDirectory.open(Files.createDirectories(folder));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot open the index folder " + folder, e);
    }
  }

  /** The index of a folder; the same one for everybody in this process. */
  public static PassageIndex in(Path folder) {
    return OPEN.computeIfAbsent(folder.toAbsolutePath().normalize(), PassageIndex::new);
  }

  /**
   * Puts a document in the place of its earlier self. When this returns it is on disk and every
   * later search sees it; doing it again changes nothing.
   *
   * @throws IllegalArgumentException if there is not one embedding for each passage
   */
  public void store(IndexedDocument document, List<Passage> passages, List<Embedding> embeddings)
      throws IOException {
    if (passages.size() != embeddings.size()) {
      throw new IllegalArgumentException(
          passages.size() + " passages, but " + embeddings.size() + " embeddings");
    }
    var fields = new ArrayList<org.apache.lucene.document.Document>();
    for (int i = 0; i < passages.size(); i++) {
      fields.add(fields(document, passages.get(i), embeddings.get(i)));
    }
    commit(writer().updateDocuments(new Term(DOCUMENT, document.id()), fields));
  }

  /** One commit serves every document written before it began: a busy index syncs seldom. */
  private void commit(long change) throws IOException {
    synchronized (committing) {
      if (committed < change) {
        committed = Math.max(committed, writer().commit());
      }
    }
  }

  private static org.apache.lucene.document.Document fields(
      IndexedDocument document, Passage passage, Embedding embedding) {
    var fields = new org.apache.lucene.document.Document();
    fields.add(new StringField(DOCUMENT, document.id(), Store.NO));
    fields.add(new StringField(CORPUS, document.corpus(), Store.NO));
    fields.add(new StringField(ID, passage.id(), Store.YES));
    fields.add(new StoredField(PATH, document.path()));
    fields.add(new TextField(TITLE, document.title(), Store.YES));
    fields.add(new TextField(SECTION, passage.section(), Store.YES));
    fields.add(new TextField(TEXT, passage.text(), Store.YES));
    fields.add(
        new KnnFloatVectorField(VECTOR, embedding.values(), VectorSimilarityFunction.DOT_PRODUCT));
    for (var abbreviation : Abbreviations.definedIn(passage.text())) {
      fields.add(new StringField(ABBREVIATION, abbreviation.letters(), Store.YES));
      fields.add(new StoredField(MEANING, abbreviation.meaning()));
    }
    return fields;
  }

  private synchronized IndexWriter writer() throws IOException {
    if (writer == null) {
      writer = new IndexWriter(directory, new IndexWriterConfig(Terms.analyzer()));
    }
    return writer;
  }

  /** What a search makes of the latest commit; {@code none} when nothing was ever stored. */
  public <T> T search(Search<T> search, T none) throws IOException {
    var manager = searchers();
    if (manager.isEmpty()) {
      return none;
    }
    manager.get().maybeRefreshBlocking();
    var searcher = manager.get().acquire();
    try {
      return search.in(searcher);
    } finally {
      manager.get().release(searcher);
    }
  }

  private synchronized Optional<SearcherManager> searchers() throws IOException {
    if (searchers == null && DirectoryReader.indexExists(directory)) {
      searchers = new SearcherManager(directory, null);
    }
    return Optional.ofNullable(searchers);
  }

  /** Reads from one state of the index. */
  @FunctionalInterface
  public interface Search<T> {
    T in(IndexSearcher searcher) throws IOException;
  }
}
