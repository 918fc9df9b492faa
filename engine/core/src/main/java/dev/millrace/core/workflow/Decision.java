package dev.millrace.core.workflow;

import java.util.List;

/** What follows from a command. */
public sealed interface Decision {

  /**
   * @param state the fold of {@code events} over the state before
   */
  record Accepted(List<WorkflowEvent> events, List<Effect> effects, WorkflowState state)
      implements Decision {
    public Accepted {
      events = List.copyOf(events);
      effects = List.copyOf(effects);
    }
  }

  /**
   * @param effects what others have to be told, although nothing changes here
   */
  record Rejected(Reason reason, String detail, List<Effect> effects) implements Decision {
    public Rejected {
      effects = List.copyOf(effects);
    }

    public Rejected(Reason reason, String detail) {
      this(reason, detail, List.of());
    }
  }

  /** Why a command changes nothing. */
  enum Reason {
    /** Answers something that no longer waits: a redelivery, or a late result. Harmless. */
    STALE,
    /** The same start again. Harmless. */
    DUPLICATE,
    /** The instance id is taken by a run with other content. */
    CONFLICT,
    /** There is no such instance. */
    UNKNOWN_INSTANCE,
    /** A named bound leaves no room for it. */
    FULL;

    /** Whether a person has to know: the sender's wish is lost, not merely repeated. */
    public boolean losesSomething() {
      return switch (this) {
        case STALE, DUPLICATE -> false;
        case CONFLICT, UNKNOWN_INSTANCE, FULL -> true;
      };
    }
  }
}
