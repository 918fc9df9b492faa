package dev.millrace.sagas.rag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.stages.StageProvider;
import dev.millrace.stages.StageSettings;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RagSagaTest {
  @TempDir private Path folder = Path.of("unset");

  @Test
  void the_corpus_is_extracted_with_its_licence_and_once() throws Exception {
    var corpus = RagSaga.extractCorpus(folder);
    Files.writeString(corpus.resolve("limits.html"), "mine");
    RagSaga.extractCorpus(folder);

    assertThat(RagSaga.corpusDocuments("postgresql", corpus)).hasSizeGreaterThanOrEqualTo(90);
    assertThat(corpus.resolve("LICENSE")).exists();
    assertThat(corpus.resolve("limits.html")).hasContent("mine");
  }

  @Test
  void the_documents_of_a_folder_are_its_visible_texts() throws Exception {
    Files.createDirectories(folder.resolve("sub/.git"));
    Files.writeString(folder.resolve("sub/a.md"), "a");
    Files.writeString(folder.resolve("b.HTML"), "b");
    Files.writeString(folder.resolve("sub/.git/c.md"), "c");
    Files.writeString(folder.resolve("d.png"), "d");
    Files.createSymbolicLink(folder.resolve("e.md"), folder.resolve("sub/a.md"));

    assertThat(RagSaga.corpusDocuments("c", folder))
        .extracting(CorpusDocument::path)
        .containsExactly("b.HTML", "sub/a.md");
    assertThatThrownBy(() -> RagSaga.corpusDocuments("c", folder.resolve("none")))
        .hasMessageContaining("no folder");
  }

  @Test
  void an_unchanged_document_has_the_same_instance_id_and_a_changed_one_another() throws Exception {
    var file = Files.writeString(folder.resolve("a b.md"), "one");
    var first = RagSaga.corpusDocuments("c", folder).getFirst();
    var again = RagSaga.corpusDocuments("c", folder).getFirst();
    Files.writeString(file, "two");
    var changed = RagSaga.corpusDocuments("c", folder).getFirst();

    assertThat(again.instanceId()).isEqualTo(first.instanceId());
    assertThat(changed.instanceId()).isNotEqualTo(first.instanceId());
    assertThat(first.instanceId().value()).startsWith("index-c-a-b.md-");
    assertThat(first.input().toString()).isEqualTo("{\"corpus\":\"c\",\"path\":\"a b.md\"}");
  }

  @Test
  void a_folder_gives_a_corpus_its_name() {
    assertThat(RagSaga.corpusName(Path.of("/srv/My Docs/"))).isEqualTo("my-docs");
    assertThat(RagSaga.corpusName(Path.of("/"))).isEqualTo("corpus");
  }

  @Test
  void the_stages_are_found_by_the_service_loader_and_open_nothing() {
    var settings = new StageSettings(folder.resolve("data"), Map.of());

    var functions =
        ServiceLoader.load(StageProvider.class).stream()
            .filter(provider -> provider.type().equals(RagStages.class))
            .flatMap(provider -> provider.get().stages(settings).stream())
            .flatMap(stage -> stage.functions().keySet().stream())
            .toList();

    assertThat(functions)
        .containsExactlyInAnyOrder(
            "rag.load", "rag.split", "rag.embed", "rag.store", "rag.retrieve", "rag.validate");
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void arguments_that_are_not_of_the_shape_are_refused() throws Exception {
    var ladder = new Ladder(new StageSettings(folder, Map.of()));

    for (var function :
        new String[] {
          "rag.load",
          "rag.split",
          "rag.embed",
          "rag.store",
          "rag.retrieve",
          "llm.chat",
          "rag.validate"
        }) {
      assertThat(ladder.answer(function, JsonNodeFactory.instance.objectNode()))
          .as(function)
          .isInstanceOf(Refused.class);
    }
  }
}
