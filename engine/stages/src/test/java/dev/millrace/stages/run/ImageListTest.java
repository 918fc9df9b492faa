package dev.millrace.stages.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.millrace.core.WorkflowError;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which images a worker's owner lets in. */
class ImageListTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "alpine | alpine",
        "alpine | alpine:3",
        "alpine | alpine@sha256:0a1b",
        "alpine:3 | alpine:3",
        "ghcr.io/acme/* | ghcr.io/acme/build:1",
        "ghcr.io/acme/* | ghcr.io/acme/tools/lint",
        "localhost:5000/* | localhost:5000/build:1",
        "* | whatever/it:is",
        "git, alpine | alpine:3",
      })
  void is_in(String list, String image) throws NotRunException {
    ImageList.parse(list).require(image);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        " '' | alpine | 403",
        "alpine | alpine-evil | 403",
        "alpine | evil/alpine | 403",
        "alpine:3 | alpine:3.1 | 403",
        "alpine:3 | alpine | 403",
        "ghcr.io/acme/* | ghcr.io/acme-evil/build | 403",
        "ghcr.io/acme/* | ghcr.io/acme | 403",
        "ghcr.io/acme/* | ghcr.io/other/build | 403",
        "ghcr.io/acme/* | ghcr.io/acme/../other/build | 400",
        "* | 'a b' | 400",
        "* | '' | 400",
      })
  void is_out(String list, String image, int status) {
    var thrown = catchThrowable(() -> ImageList.parse(list).require(image));
    assertThat(thrown)
        .isInstanceOfSatisfying(
            NotRunException.class,
            refused ->
                assertThat(refused.error()).extracting(WorkflowError::status).isEqualTo(status));
  }
}
