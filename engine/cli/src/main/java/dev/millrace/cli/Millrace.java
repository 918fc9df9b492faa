package dev.millrace.cli;

public final class Millrace {
  private Millrace() {}

  public static void main(String[] a) {
    System.out.println("hi");
  }
}
