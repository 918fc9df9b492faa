package dev.millrace.stages.guard;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What of an exception's message an answer repeats. */
final class MaskedTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "GET https://host/x?key=AIzaSy-1&a=1          | GET https://host/x?key=***&a=1",
        "GET https://host/x?a=1&sig=Zm9v%3D&b=2       | GET https://host/x?a=1&sig=***&b=2",
        "PUT /b?X-Amz-Signature=0a1b&X-Amz-Expires=60 | PUT /b?X-Amz-Signature=***&X-Amz-Expires=60",
        "jdbc:pg://me:pa/ss@db:5432/x refused         | jdbc:pg://***@db:5432/x refused",
        "amqp://me:p@ss@host refused                  | amqp://***@host refused",
        "ftp://token@host refused                     | ftp://***@host refused",
        "Authorization: Bearer abc.def was no good    | Authorization: Bearer *** was no good",
        "the key of order 7 is not known              | the key of order 7 is not known",
        "GET http://host/users/me is gone             | GET http://host/users/me is gone",
      })
  void what_looks_like_a_credential_is_masked_and_nothing_else(String message, String shown) {
    assertThat(Masked.message(new RuntimeException(message)))
        .isEqualTo("RuntimeException: " + shown);
  }
}
