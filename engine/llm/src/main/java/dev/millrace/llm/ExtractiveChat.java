package dev.millrace.llm;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.llm.Conversation.Message;
import dev.millrace.llm.Conversation.Role;
import dev.millrace.llm.text.Embedder;
import dev.millrace.llm.text.Sentences;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Replies with those sentences of the conversation that come closest in meaning to its last
 * question. No language model: it writes nothing of its own, calls no tool, and knows no format. It
 * is there so that a definition runs where no model is configured.
 */
record ExtractiveChat(Embedder embedder) implements Chat {
  static final String NAME = "extractive";

  /** Sentences looked at; the first of them if there are more. */
  static final int CANDIDATES_MAX = 200;

  private static final int SENTENCES_MAX = 3;

  /** Cosine similarity under which a sentence has nothing to do with the question. */
  private static final double SIMILARITY_MIN = 0.35;

  private record Scored(int position, String sentence, double similarity) {}

  @Override
  public StageAnswer next(String model, Conversation conversation) {
    var question = question(conversation);
    var sentences =
        conversation.messages().stream()
            .filter(message -> message != question && message.role() != Role.ASSISTANT)
            .flatMap(message -> Sentences.of(message.content()).stream())
            .distinct()
            .limit(CANDIDATES_MAX)
            .toList();
    return new Completed(
        new ChatReply(closest(question.content(), sentences), List.of(), "stop", NAME, NAME, 0, 0)
            .json());
  }

  private static Message question(Conversation conversation) {
    return conversation.messages().reversed().stream()
        .filter(message -> message.role() == Role.USER)
        .findFirst()
        .orElseGet(conversation::last);
  }

  private String closest(String question, List<String> sentences) {
    if (sentences.isEmpty() || question.isBlank()) {
      return "";
    }
    var asked = embedder.embed(question);
    var meanings = embedder.embed(sentences);
    return java.util.stream.IntStream.range(0, sentences.size())
        .mapToObj(i -> new Scored(i, sentences.get(i), asked.similarity(meanings.get(i))))
        .filter(scored -> scored.similarity() >= SIMILARITY_MIN)
        .sorted(Comparator.comparingDouble(Scored::similarity).reversed())
        .limit(SENTENCES_MAX)
        .sorted(Comparator.comparingInt(Scored::position))
        .map(Scored::sentence)
        .collect(Collectors.joining(" "));
  }
}
