package dev.millrace.core;

/**
 * Identifies one run of a definition, chosen by whoever submits it.
 *
 * @param value 1 to {@value #LENGTH_MAX} printable characters, no white space
 */
public record InstanceId(String value) {
  public static final int LENGTH_MAX = 200;

  /**
   * @throws IllegalArgumentException if {@code value} is empty, too long, or holds white space or
   *     control characters
   */
  public InstanceId {
    if (value.isEmpty() || value.length() > LENGTH_MAX) {
      throw new IllegalArgumentException(
          "an instance id has 1 to " + LENGTH_MAX + " characters, this one has " + value.length());
    }
    if (!value.chars().allMatch(InstanceId::isAllowed)) {
      throw new IllegalArgumentException(
          "an instance id has no white space or control characters: '" + value + "'");
    }
  }

  private static boolean isAllowed(int c) {
    return !Character.isWhitespace(c) && !Character.isISOControl(c);
  }

  @Override
  public String toString() {
    return value;
  }
}
