package dev.millrace.sagas.rag.validation;

import java.util.List;
import java.util.regex.Pattern;

/**
 * Text that tries to give orders to a model. In the answer or in a passage it cites it fails the
 * answer; in other passages it only lowers the score, for then it had no effect.
 *
 * @see <a href="https://genai.owasp.org/llmrisk/llm01-prompt-injection/">OWASP LLM01, prompt
 *     injection</a>
 */
public final class InjectionCheck implements Check {
  private static final double SUSPICIOUS_SOURCE = 0.5;

  private static final List<Pattern> PATTERNS =
      List.of(
          pattern(
              "\\b(?:ignore|disregard|forget|override)\\b.{0,40}\\b(?:previous|prior|above|earlier|all|your|any)\\b.{0,30}\\b(?:instruction|prompt|rule|direction|guideline)s?\\b"),
          pattern(
              "\\byou are (?:now|no longer)\\b.{0,60}\\b(?:assistant|model|ai|dan|jailbroken|unrestricted|chatbot|bot)\\b"),
          pattern(
              "\\b(?:reveal|print|repeat|show|leak|output)\\b.{0,30}\\b(?:system|hidden|initial|secret) (?:prompt|instruction)s?\\b"),
          pattern(
              "\\b(?:act|behave|respond|pretend) as (?:if you|an? (?:unrestricted|different|evil))\\b"),
          pattern("\\bdo not (?:mention|tell|reveal|inform)\\b.{0,30}\\b(?:user|human|anyone)\\b"),
          pattern(
              "<\\|?(?:im_start|im_end|system|endoftext)\\|?>|\\[/?INST]|^\\s*(?:system|assistant)\\s*:"),
          pattern("\\bnew (?:system )?instructions?\\s*:"));

  private static Pattern pattern(String regex) {
    return Pattern.compile(regex, Pattern.CASE_INSENSITIVE | Pattern.MULTILINE);
  }

  @Override
  public CheckResult check(Evidence evidence) {
    if (isSuspicious(evidence.answer())) {
      return result(0, false, "the answer holds text that gives orders to a model");
    }
    for (var passage : evidence.citedPassages()) {
      if (isSuspicious(passage.text())) {
        return result(0, false, "the cited " + passage.id() + " gives orders to a model");
      }
    }
    for (var passage : evidence.passages()) {
      if (isSuspicious(passage.text())) {
        return result(
            SUSPICIOUS_SOURCE, true, passage.id() + " gives orders to a model, but is not cited");
      }
    }
    return result(1, true, "nothing found");
  }

  private static boolean isSuspicious(String text) {
    return PATTERNS.stream().anyMatch(pattern -> pattern.matcher(text).find());
  }

  private static CheckResult result(double score, boolean passed, String reason) {
    return new CheckResult("injection", score, passed, reason);
  }
}
