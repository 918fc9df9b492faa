package dev.millrace.scenarios;

/** Thrown where the engine is to end, in the middle of whatever it does. */
final class EngineCrash extends RuntimeException {
  private static final long serialVersionUID = 1L;

  EngineCrash() {
    super("the engine crashes here", null, false, false);
  }
}
