package dev.millrace.core.coordination;

/**
 * Events that are kept by all channels and schedules of a partition together.
 *
 * @param characters their length as JSON
 */
public record Kept(int events, int characters) {
  public static final Kept NONE = new Kept(0, 0);

  /** Not below nothing: what was kept before there was a count is not in it. */
  public Kept plus(Kept more) {
    return new Kept(Math.max(0, events + more.events), Math.max(0, characters + more.characters));
  }
}
