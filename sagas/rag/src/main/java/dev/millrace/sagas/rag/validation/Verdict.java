package dev.millrace.sagas.rag.validation;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether an answer may be given.
 *
 * @param grounded true only when every check passed
 * @param score the weakest check's
 * @param feedback what is wrong, for the next attempt and for a person; empty when nothing is
 * @param rewrittenQuery what to search for next; null when the question itself should do
 */
public record Verdict(
    boolean grounded,
    double score,
    List<CheckResult> checks,
    String feedback,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String rewrittenQuery) {}
