package dev.millrace.sagas.rag.generation;

import java.util.List;

/**
 * An answer nobody has checked yet.
 *
 * @param answer empty when the generator found no support for one
 * @param generator {@code extractive}, or the provider of the chat model
 * @param model name of the model that wrote it
 */
public record Draft(String answer, List<Citation> citations, String generator, String model) {}
