package dev.millrace.sagas.rag.generation;

import dev.langchain4j.model.chat.request.ChatRequest;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.llm.chat.ChatModels;

/** Asks a chat model for the answer. */
public final class ChatGenerator implements Generator {
  private final ChatModels models;

  public ChatGenerator(ChatModels models) {
    this.models = models;
  }

  @Override
  public StageAnswer generate(String alias, Prompt prompt) {
    var request = ChatRequest.builder().messages(AnswerWithCitations.messages(prompt)).build();
    return models.chat(
        alias,
        request,
        (reply, model) -> {
          var text = reply.aiMessage().text();
          return DraftJson.of(
              AnswerWithCitations.draft(
                  text == null ? "" : text, prompt, models.provider(), model));
        });
  }
}
