package dev.millrace.wire;

final class ConfluentFormat {
  static final byte MAGIC = 0;

  private ConfluentFormat() {}
}
