package dev.millrace.core.definition;

/**
 * What a warning is about. The {@link #id} is stable: people allow rules by it.
 *
 * <p>Those a compiler finds are told by every command that reads a definition, the others by {@code
 * lint}.
 */
public enum Rule {
  RETRY_THEN_DO(
      "retry-then-do",
      "With both 'retry' and 'do', engines differ. Here 'do' runs when the retries are spent; a try"
          + " inside a try says the same everywhere."),
  IF_THEN(
      "if-then",
      "A task that is skipped still takes its 'then'. For a conditional jump use 'switch'."),
  UNLIMITED_RETRY("unlimited-retry", "Without a limit a try is repeated for ever."),
  CONSTANT_KEY(
      "constant-key",
      "An idempotency key without an expression is the same for every instance: the second run's"
          + " call does nothing."),
  LARGE_NUMBER(
      "large-number",
      "Beyond 2^53 whole numbers lose digits in most JSON readers. Write them as text."),
  NOT_ENFORCED("not-enforced", "Understood and checked, but without effect in this version."),
  UNKNOWN_STAGE(
      "unknown-stage",
      "No worker known here runs that function as that stage. Its calls wait until one does, or"
          + " until their timeout; a worker of the stage without the function refuses them."),
  OTHER("other", "Allowed, and probably not meant."),

  MANY_RESULTS(
      "many-results",
      "An expression with many results becomes a list, with one that result, with none null: its"
          + " kind changes with the data. Enclose it in [ ] for a list, or use first( )."),
  EMBEDDED_EXPRESSION(
      "embedded-expression",
      "${ } inside text, or in a key, is not evaluated. Use jq's own interpolation in an expression"
          + " that is the whole value."),
  YAML_11_KEY(
      "yaml-11-key",
      "YAML 1.1 readers, of which there are many, take on, off, yes and no for true or false."
          + " Millrace does not; put the key in quotes for those that do."),
  SAME_KEY(
      "same-key",
      "Two tasks with the same idempotency key: a stage takes the second call for a repetition of"
          + " the first."),
  UNREACHABLE("unreachable", "No way leads to the task."),
  SWITCH_WITHOUT_DEFAULT(
      "switch-without-default",
      "When no case matches, the flow goes on with the task after the switch, or its 'then'. A case"
          + " without 'when' says so in so many words."),
  LISTEN_WITHOUT_TIMEOUT(
      "listen-without-timeout",
      "Neither the listener nor anything around it has a timeout: it may wait for ever."),
  UNUSED("unused", "Defined, and used nowhere."),
  UNTRIGGERED_COMPENSATION(
      "untriggered-compensation",
      "Compensations are registered, and nothing triggers them: neither a call of compensate nor"
          + " onAbort."),
  OWN_TIMEOUT(
      "own-timeout",
      "A timeout is raised at the task that has it, so its own catch never sees it. Put the timeout"
          + " on a task inside, or the try around."),
  FOREIGN_ERROR_TYPE(
      "foreign-error-type",
      "Ends like a standard error and has another prefix: it is never caught."),
  LOST_CONTEXT(
      "lost-context",
      "'export.as' replaces $context. To add to what is there write '$context + {…}'.");

  private final String id;
  private final String explanation;

  Rule(String id, String explanation) {
    this.id = id;
    this.explanation = explanation;
  }

  /** How people name it. */
  public String id() {
    return id;
  }

  public String explanation() {
    return explanation;
  }
}
