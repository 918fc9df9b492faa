package dev.millrace.stages;

import static dev.millrace.stages.StageRequests.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.StageName;
import dev.millrace.core.stage.StageAnswer.Completed;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class StagesTest {
  private static final StageFunction NOTHING = _ -> new Completed(json("null"));

  @Test
  void http_is_found_without_configuration() {
    var specs = Stages.discover(new StageSettings(Path.of("target"), Map.of()));
    assertThat(Stages.catalog(specs).stageOf("http")).contains(new StageName("http"));
  }

  @Test
  void a_catalog_knows_the_stage_of_each_function() {
    var spec =
        new StageSpec(
            new StageName("rag"),
            StagePolicy.DEFAULT,
            Map.of("rag.retrieve", NOTHING, "rag.validate", NOTHING));
    var catalog = Stages.catalog(List.of(spec, StageSpec.of("charge", NOTHING)));
    assertThat(catalog.stageOf("rag.validate")).contains(new StageName("rag"));
    assertThat(catalog.stageOf("charge")).contains(new StageName("charge"));
    assertThat(catalog.functions()).hasSize(3);
  }

  @Test
  void a_function_of_two_stages_is_an_error() {
    var other =
        new StageSpec(new StageName("other"), StagePolicy.DEFAULT, Map.of("charge", NOTHING));
    assertThatThrownBy(() -> Stages.catalog(List.of(StageSpec.of("charge", NOTHING), other)))
        .hasMessage("function 'charge' is of stage 'charge' and of stage 'other'");
  }

  @Test
  void two_stages_of_one_name_are_an_error() {
    assertThatThrownBy(() ->
            Stages.catalog(
                List.of(StageSpec.of("charge", NOTHING), StageSpec.of("charge", NOTHING))))
        .hasMessage("two stages are named 'charge'");
  }
}
