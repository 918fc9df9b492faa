package dev.millrace.sagas.rag.index;

import java.util.List;

/**
 * @param passages best first
 * @param queries everything that was searched for, the question first
 * @param terms the question's content words and how rare they are in what was searched
 */
public record Retrieval(
    List<FoundPassage> passages,
    RetrievalMode mode,
    List<String> queries,
    List<TermRarity> terms) {}
