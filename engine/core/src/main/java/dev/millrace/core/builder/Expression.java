package dev.millrace.core.builder;

/**
 * A jq expression where a value may stand: {@code jq(".total > 100")}.
 *
 * @param text without <code>${ }</code>
 */
public record Expression(String text) {

  public static Expression jq(String text) {
    return new Expression(text);
  }

  /** As a definition writes it. */
  @Override
  public String toString() {
    return "${ " + text + " }";
  }
}
