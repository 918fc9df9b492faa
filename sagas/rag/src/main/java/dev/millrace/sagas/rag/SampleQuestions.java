package dev.millrace.sagas.rag;

import java.util.List;

/** Questions to show the saga with, about {@link RagSaga#extractCorpus the corpus that ships}. */
public final class SampleQuestions {
  private SampleQuestions() {}

  /** Questions the corpus answers. The fourth needs the deep search. */
  public static List<String> answerable() {
    return List.of(
        "What is write-ahead logging?",
        "What is a partial index?",
        "What happens when a deadlock is detected?",
        "What is the default isolation level?",
        "Who led the POSTGRES project at Berkeley?",
        "What is the risk of asynchronous commit?",
        "How can I speed up loading a large amount of data?");
  }

  /** Questions it does not answer, some of them about things it nearly speaks of. */
  public static List<String> unanswerable() {
    return List.of(
        "What is the default port of Redis?",
        "Does MongoDB support write-ahead logging?",
        "What is the salary of a PostgreSQL database administrator?",
        "Which vacuum cleaner is best for pet hair?");
  }
}
