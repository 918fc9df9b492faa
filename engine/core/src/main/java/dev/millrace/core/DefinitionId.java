package dev.millrace.core;

/** Identity of one immutable version of a definition, written {@code namespace/name:version}. */
public record DefinitionId(String namespace, String name, String version) {

  public DefinitionRef ref() {
    return new DefinitionRef(namespace, name, version);
  }

  @Override
  public String toString() {
    return namespace + "/" + name + ":" + version;
  }
}
