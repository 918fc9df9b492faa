package dev.millrace.sagas.rag.validation;

/** An answer says something, and does not recite its sources. */
public final class LengthCheck implements Check {
  private static final int CHARS_MIN = 20;
  private static final int CHARS_MAX = 3_000;

  @Override
  public CheckResult check(Evidence evidence) {
    int length = evidence.prose().length();
    if (length < CHARS_MIN || length > CHARS_MAX) {
      return result(
          false,
          "the answer has %d characters; %d to %d are expected"
              .formatted(length, CHARS_MIN, CHARS_MAX));
    }
    return result(true, length + " characters");
  }

  private static CheckResult result(boolean passed, String reason) {
    return new CheckResult("length", passed ? 1 : 0, passed, reason);
  }
}
