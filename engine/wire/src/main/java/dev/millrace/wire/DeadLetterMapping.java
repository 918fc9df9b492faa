package dev.millrace.wire;

import dev.millrace.schema.v1.DeadLetterReason;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

final class DeadLetterMapping implements Mapping<DeadLetter, dev.millrace.schema.v1.DeadLetter> {

  @Override
  public dev.millrace.schema.v1.DeadLetter toAvro(DeadLetter letter) {
    return new dev.millrace.schema.v1.DeadLetter(
        reason(letter.reason()),
        letter.detail(),
        letter.topic(),
        letter.partition(),
        letter.offset(),
        CommonMapping.time(letter.recordedAt()),
        wrap(letter.key()),
        wrap(letter.value()));
  }

  private static DeadLetterReason reason(DeadLetter.Reason reason) {
    return switch (reason) {
      case UNDECODABLE -> DeadLetterReason.UNDECODABLE;
      case OVERSIZE -> DeadLetterReason.OVERSIZE;
      case UNKNOWN_DEFINITION -> DeadLetterReason.UNKNOWN_DEFINITION;
      case IMPOSSIBLE -> DeadLetterReason.IMPOSSIBLE;
      case CONFLICT -> DeadLetterReason.CONFLICT;
      case UNKNOWN_INSTANCE -> DeadLetterReason.UNKNOWN_INSTANCE;
      case DEFECT -> DeadLetterReason.DEFECT;
      case FAILED -> DeadLetterReason.FAILED;
    };
  }

  @Override
  public DeadLetter toCore(dev.millrace.schema.v1.DeadLetter written) {
    return new DeadLetter(
        reason(written.getReason()),
        written.getDetail(),
        written.getTopic(),
        written.getPartition(),
        written.getOffset(),
        written.getRecordedAt(),
        unwrap(written.getKey()),
        unwrap(written.getValue()));
  }

  private static DeadLetter.Reason reason(DeadLetterReason reason) {
    return switch (reason) {
      case UNDECODABLE -> DeadLetter.Reason.UNDECODABLE;
      case OVERSIZE -> DeadLetter.Reason.OVERSIZE;
      case UNKNOWN_DEFINITION -> DeadLetter.Reason.UNKNOWN_DEFINITION;
      case IMPOSSIBLE -> DeadLetter.Reason.IMPOSSIBLE;
      case CONFLICT -> DeadLetter.Reason.CONFLICT;
      case UNKNOWN_INSTANCE -> DeadLetter.Reason.UNKNOWN_INSTANCE;
      case DEFECT -> DeadLetter.Reason.DEFECT;
      case FAILED -> DeadLetter.Reason.FAILED;
    };
  }

  private static @Nullable ByteBuffer wrap(byte @Nullable [] bytes) {
    return bytes == null ? null : ByteBuffer.wrap(bytes);
  }

  private static byte @Nullable [] unwrap(@Nullable ByteBuffer buffer) {
    if (buffer == null) {
      return null;
    }
    var bytes = new byte[buffer.remaining()];
    buffer.duplicate().get(bytes);
    return bytes;
  }
}
