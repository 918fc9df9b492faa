package dev.millrace.sagas.rag;

import dev.millrace.sagas.rag.document.Corpora;
import dev.millrace.sagas.rag.document.DocumentFormat;
import dev.millrace.sagas.rag.document.DocumentReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What a door to the engine needs of this saga: its definitions, its corpus, and questions. */
public final class RagSaga {
  /** The name of {@link #extractCorpus the corpus that ships}. */
  public static final String CORPUS = "postgresql";

  /** A folder with more documents is refused: name a smaller one, or several. */
  public static final int DOCUMENTS_MAX = 20_000;

  private static final String DEFINITIONS = "/sagas/rag/";
  private static final String CORPUS_RESOURCES = "/corpus/" + CORPUS + "/";
  private static final String CORPUS_LIST = "DOCUMENTS";
  private static final List<String> CORPUS_NOTICES = List.of("LICENSE", "ORIGIN");
  private static final int FOLDER_DEPTH_MAX = 32;

  private RagSaga() {}

  /** Definition {@code rag/agentic-rag}: input {@code {question, corpora?: [name]}}. */
  public static String agenticRag() {
    return text(DEFINITIONS + "agentic-rag.yaml");
  }

  /** Definition {@code rag/index-document}: input {@code {corpus, path, title?}}. */
  public static String indexDocument() {
    return text(DEFINITIONS + "index-document.yaml");
  }

  /**
   * The settings that let the stages read these folders.
   *
   * @param folders corpus folder by the name workflows use
   */
  public static Map<String, String> settings(Map<String, Path> folders) {
    var settings = new TreeMap<String, String>();
    folders.forEach((name, folder) ->
        settings.put(Corpora.SETTING_PREFIX + name, folder.toAbsolutePath().toString()));
    return settings;
  }

  /** A name for a folder: its own in lower case, or {@code corpus} when that has no letters. */
  public static String corpusName(Path folder) {
    var last = folder.toAbsolutePath().normalize().getFileName();
    var name = (last == null ? "" : last.toString()).toLowerCase(Locale.ROOT);
    var clean = name.replaceAll("[^a-z0-9-]+", "-").replaceAll("^-+|-+$", "");
    return clean.isEmpty() ? "corpus" : clean;
  }

  /**
   * The Markdown, text and HTML files of a folder and its sub-folders, in the order of their paths.
   * Hidden files and folders, links, and files beyond {@link DocumentReader#FILE_BYTES_MAX} bytes
   * are left out.
   *
   * @throws IllegalArgumentException if {@code folder} is none, or holds more than {@value
   *     #DOCUMENTS_MAX} documents
   */
  public static List<CorpusDocument> corpusDocuments(String corpus, Path folder)
      throws IOException {
    if (!Files.isDirectory(folder)) {
      throw new IllegalArgumentException("no folder: " + folder);
    }
    var documents = new ArrayList<CorpusDocument>();
    for (var file : files(folder)) {
      var path = folder.relativize(file).toString().replace('\\', '/');
      documents.add(new CorpusDocument(corpus, path, hash(Files.readAllBytes(file))));
    }
    return documents;
  }

  private static List<Path> files(Path folder) throws IOException {
    try (var walk = Files.walk(folder, FOLDER_DEPTH_MAX)) {
      var files =
          walk.filter(file -> isDocument(folder, file)).sorted().limit(DOCUMENTS_MAX + 1L).toList();
      if (files.size() > DOCUMENTS_MAX) {
        throw new IllegalArgumentException(
            folder + " holds more than " + DOCUMENTS_MAX + " documents");
      }
      return files;
    }
  }

  private static boolean isDocument(Path folder, Path file) {
    for (var part : folder.relativize(file)) {
      if (part.toString().startsWith(".")) {
        return false;
      }
    }
    return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)
        && DocumentFormat.of(file.getFileName().toString()).isPresent()
        && file.toFile().length() <= DocumentReader.FILE_BYTES_MAX;
  }

  /**
   * Puts the corpus that ships, 97 chapters of PostgreSQL's documentation with their licence, into
   * {@code <parent>/postgresql}; files that are there already stay.
   *
   * @return that folder
   */
  public static Path extractCorpus(Path parent) throws IOException {
    var folder = Files.createDirectories(parent.resolve(CORPUS));
    var names = new ArrayList<>(CORPUS_NOTICES);
    text(CORPUS_RESOURCES + CORPUS_LIST).lines().forEach(names::add);
    for (var name : names) {
      if (!Files.exists(folder.resolve(name))) {
        extract(name, folder);
      }
    }
    return folder;
  }

  /** Moved into its place when whole, so that an interrupted run leaves no half document. */
  private static void extract(String name, Path folder) throws IOException {
    var part = Files.createTempFile(folder, ".", ".part");
    try (var content = resource(CORPUS_RESOURCES + name)) {
      Files.copy(content, part, StandardCopyOption.REPLACE_EXISTING);
    }
    Files.move(part, folder.resolve(name), StandardCopyOption.REPLACE_EXISTING);
  }

  private static String hash(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  private static String text(String name) {
    try (var content = resource(name)) {
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + name + " of this jar", e);
    }
  }

  private static InputStream resource(String name) {
    var content = RagSaga.class.getResourceAsStream(name);
    if (content == null) {
      throw new IllegalStateException("this jar has no " + name);
    }
    return content;
  }
}
