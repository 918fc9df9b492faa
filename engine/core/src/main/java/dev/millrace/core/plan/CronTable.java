package dev.millrace.core.plan;

import com.cronutils.model.CronType;
import com.cronutils.model.definition.CronDefinitionBuilder;
import com.cronutils.model.time.ExecutionTime;
import com.cronutils.parser.CronParser;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Times of the five fields of Unix: minute, hour, day of the month, month, day of the week. A time
 * that a change of the clocks leaves out is not due on that day; one that comes twice is due once.
 */
public final class CronTable {
  private static final CronParser PARSER =
      new CronParser(CronDefinitionBuilder.instanceDefinitionFor(CronType.UNIX));

  private final String expression;
  private final ZoneId zone;
  private final ExecutionTime times;

  private CronTable(String expression, ZoneId zone, ExecutionTime times) {
    this.expression = expression;
    this.zone = zone;
    this.times = times;
  }

  /**
   * @throws IllegalArgumentException if the expression is none, or never comes true
   */
  public static CronTable parse(String expression, ZoneId zone) {
    var times = ExecutionTime.forCron(PARSER.parse(expression));
    var table = new CronTable(expression, zone, times);
    if (table.next(Instant.EPOCH) == null) {
      throw new IllegalArgumentException("it never comes true");
    }
    return table;
  }

  @Nullable Instant next(Instant after) {
    var next = times.nextExecution(after.atZone(zone));
    while (next.isPresent() && isSecondOfTwo(next.get())) {
      next = times.nextExecution(next.get());
    }
    return next.map(ZonedDateTime::toInstant).orElse(null);
  }

  private static boolean isSecondOfTwo(ZonedDateTime time) {
    return !time.withEarlierOffsetAtOverlap().equals(time);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof CronTable that && toString().equals(that.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }

  @Override
  public String toString() {
    return expression + " " + zone;
  }
}
