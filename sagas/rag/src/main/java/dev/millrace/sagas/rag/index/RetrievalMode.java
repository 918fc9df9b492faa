package dev.millrace.sagas.rag.index;

import com.fasterxml.jackson.annotation.JsonProperty;

/** How hard to look. */
public enum RetrievalMode {
  /** One search by words and one by meaning, fused. */
  @JsonProperty("single")
  SINGLE,
  /** Expanded and split queries, a second hop from what the first found, re-ranked for variety. */
  @JsonProperty("deep")
  DEEP
}
