package dev.millrace.stages;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.builder.JavaFunction;
import dev.millrace.core.stage.StageAnswer.Completed;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

final class JavaStageTest {
  record Name(String first) {}

  private static final JavaFunction<Name, String> GREET =
      JavaFunction.of("shop.greet", Name.class, String.class, name -> "Hello " + name.first());

  @Test
  void typed_lambdas_are_functions_of_one_stage() throws Exception {
    var stage = JavaStage.of(GREET);
    assertThat(Stages.catalog(List.of(stage)).stageOf("shop.greet")).contains(JavaStage.NAME);

    var function = Objects.requireNonNull(stage.functions().get("shop.greet"));
    assertThat(function.execute(request("java", "shop.greet", json("{'first': 'Ada'}"))))
        .isEqualTo(new Completed(json("'Hello Ada'")));
  }

  @Test
  void two_lambdas_of_one_name_are_an_error() {
    assertThatThrownBy(() -> JavaStage.of(GREET, GREET))
        .hasMessage("two functions are named 'shop.greet'");
  }
}
