package dev.millrace.wire;

import java.io.IOException;

/** Submissions in Avro or in JSON: any Kafka client may ask for a run, so both are read. */
final class SubmissionCodec implements Codec<Submission> {
  private final Codec<Submission> avro;

  SubmissionCodec(Codec<Submission> avro) {
    this.avro = avro;
  }

  @Override
  public byte[] encode(Submission submission) {
    return avro.encode(submission);
  }

  @Override
  public Submission decode(byte[] bytes) throws UndecodableException {
    return isAvro(bytes) ? avro.decode(bytes) : json(bytes);
  }

  /** Neither magic can begin a JSON text in UTF-8. */
  private static boolean isAvro(byte[] bytes) {
    return SingleObjectFormat.recognises(bytes) || ConfluentFormat.recognises(bytes);
  }

  private static Submission json(byte[] bytes) throws UndecodableException {
    try {
      return JsonSubmission.read(JsonBytes.read(bytes, 0, bytes.length));
    } catch (IOException | RuntimeException e) {
      throw new UndecodableException("neither JSON nor Avro: " + e.getMessage(), e);
    }
  }
}
