package dev.millrace.core.expression;

/**
 * What an expression may cost. None of the bounds is a time, so that an expression which passes on
 * one machine passes on every other.
 *
 * <p>One unit of fuel is about one step of the interpreter, 20 to 100 ns. Weight measures values:
 * {@link #NODE_WEIGHT} for each node and 1 for each character of text.
 */
public final class ExpressionBounds {
  /** Characters of one expression. */
  public static final int TEXT_LENGTH_MAX = 16_384;

  /** Steps of one evaluation. */
  public static final long FUEL_MAX = 1_000_000;

  /** Weight of every value an expression makes on its way and of its result. */
  public static final long VALUE_WEIGHT_MAX = 2L * 1024 * 1024;

  /** Levels of arrays and objects in a value that an expression makes. */
  public static final int VALUE_DEPTH_MAX = 500;

  /** Highest array index an expression may write to: smaller ones are filled with null. */
  public static final int INDEX_MAX = 100_000;

  /** Characters of one regular expression. */
  public static final int PATTERN_LENGTH_MAX = 1_000;

  /** Instructions of one compiled regular expression. */
  public static final int PATTERN_PROGRAM_MAX = 10_000;

  static final int NODE_WEIGHT = 16;
  static final int WEIGHT_PER_FUEL_MADE = 256;
  static final long WEIGHT_PER_FUEL_CROSSED = 1_024;
  static final int WEIGHT_PER_FUEL_READ = 16;
  static final int MESSAGE_LENGTH_MAX = 300;

  private ExpressionBounds() {}
}
