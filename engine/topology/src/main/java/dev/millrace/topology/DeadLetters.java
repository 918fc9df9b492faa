package dev.millrace.topology;

import dev.millrace.wire.Codecs;
import dev.millrace.wire.DeadLetter;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Makes records of dead letters that always fit: one that did not would stop the partition it came
 * from, which is what dead letters are there to prevent.
 */
final class DeadLetters {
  /**
   * A reason is for a person to read; a message that quotes its data may be as long as they are.
   */
  static final int DETAIL_CHARACTERS_MAX = 2_000;

  private final Codecs codecs;
  private final int recordBytesMax;

  DeadLetters(Codecs codecs, TopologySettings settings) {
    this.codecs = codecs;
    this.recordBytesMax = settings.recordBytesMax();
  }

  /**
   * The letter as it leaves. What makes it too large is left out, first the value and then the key;
   * the original stands at its place for as long as its topic is retained.
   */
  Record<byte[], Outgoing> record(DeadLetter letter) {
    var fitting = fitting(letter);
    return new Record<>(
        fitting.key(),
        new Outgoing(codecs.topics().deadLetters(), codecs.deadLetters().encode(fitting)),
        Math.max(0, letter.recordedAt().toEpochMilli()));
  }

  private DeadLetter fitting(DeadLetter letter) {
    var detail = cut(letter.detail());
    var whole = with(letter, detail, letter.key(), letter.value());
    if (fits(whole)) {
      return whole;
    }
    var leftOut = detail + " (too large to be kept here; the original is at its place)";
    var keyOnly = with(letter, leftOut, letter.key(), null);
    return fits(keyOnly) ? keyOnly : with(letter, leftOut, null, null);
  }

  private boolean fits(DeadLetter letter) {
    var key = letter.key();
    var bytes = codecs.deadLetters().encode(letter).length + (key == null ? 0 : key.length);
    return bytes <= recordBytesMax;
  }

  private static DeadLetter with(
      DeadLetter letter, String detail, byte @Nullable [] key, byte @Nullable [] value) {
    return new DeadLetter(
        letter.reason(),
        detail,
        letter.topic(),
        letter.partition(),
        letter.offset(),
        letter.recordedAt(),
        key,
        value);
  }

  private static String cut(String detail) {
    return detail.length() <= DETAIL_CHARACTERS_MAX
        ? detail
        : detail.substring(0, DETAIL_CHARACTERS_MAX) + "…";
  }
}
