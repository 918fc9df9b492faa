package dev.millrace.sagas.coding;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** What a door to the engine needs of this saga: its definition, and an issue to work on. */
public final class CodingSaga {
  /** The step that looks at the open pull request, again and again. */
  public static final String WATCHING = "poll";

  /** What a run goes through, in this order; not every run needs all of them. */
  public static final List<String> STEPS =
      List.of(
          "plan",
          "implement",
          "unit-test",
          "fix-tests",
          "self-verify",
          "create-pr",
          WATCHING,
          "learn",
          "cleanup");

  private static final String RESOURCES = "/sagas/coding/";

  private CodingSaga() {}

  /** Definition {@code coding/change}: input {@code {title, body, rounds?, pollEvery?}}. */
  public static String definition() {
    return text("change.yaml");
  }

  /**
   * An issue of the project that ships.
   *
   * @param pollEvery between two looks at the pull request
   */
  public static ObjectNode sampleIssue(Duration pollEvery) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("title", "Slugs have too many dashes")
        .put(
            "body",
            "'Rock & Roll' becomes 'rock---roll', and should become 'rock-roll'. A slug has one"
                + " dash between words, and none at its ends.")
        .put("pollEvery", pollEvery.toString());
  }

  /**
   * @param name below the resources of this saga
   */
  static String text(String name) {
    try (var content = CodingSaga.class.getResourceAsStream(RESOURCES + name)) {
      if (content == null) {
        throw new IllegalStateException("this jar has no " + RESOURCES + name);
      }
      return new String(content.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + RESOURCES + name + " of this jar", e);
    }
  }
}
