package dev.millrace.llm.text;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.List;

/** The direction of a text's meaning: a vector of length 1. */
public final class Embedding {
  private final float[] values;

  private Embedding(float[] values) {
    this.values = values;
  }

  /** Brings {@code values} to length 1; all zeros stay zeros and resemble nothing. */
  public static Embedding of(float[] values) {
    double square = 0;
    for (float value : values) {
      square += value * value;
    }
    float length = square == 0 ? 1 : (float) Math.sqrt(square);
    var unit = new float[values.length];
    for (int i = 0; i < values.length; i++) {
      unit[i] = values[i] / length;
    }
    return new Embedding(unit);
  }

  /** Little-endian 32-bit floats in Base64: a third of what JSON numbers take. */
  public String toBase64() {
    var bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    bytes.asFloatBuffer().put(values);
    return Base64.getEncoder().encodeToString(bytes.array());
  }

  /**
   * @throws IllegalArgumentException if {@code text} is not Base64 of whole 32-bit floats
   */
  public static Embedding fromBase64(String text) {
    var bytes = Base64.getDecoder().decode(text);
    if (bytes.length == 0 || bytes.length % Float.BYTES != 0) {
      throw new IllegalArgumentException("not 32-bit floats: " + bytes.length + " bytes");
    }
    var values = new float[bytes.length / Float.BYTES];
    ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(values);
    return of(values);
  }

  /** Cosine of the angle between the two, from -1 to 1. */
  public double similarity(Embedding other) {
    double product = 0;
    for (int i = 0; i < values.length; i++) {
      product += values[i] * other.values[i];
    }
    return product;
  }

  /** The direction between this one and the mean of {@code others}; 0 is this one. */
  public Embedding towards(List<Embedding> others, float share) {
    var sum = new float[values.length];
    for (int i = 0; i < sum.length; i++) {
      sum[i] = (1 - share) * values[i];
      for (var other : others) {
        sum[i] += share / others.size() * other.values[i];
      }
    }
    return of(sum);
  }

  public int dimension() {
    return values.length;
  }

  public float[] values() {
    return values.clone();
  }
}
