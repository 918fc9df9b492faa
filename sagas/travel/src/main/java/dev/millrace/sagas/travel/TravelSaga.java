package dev.millrace.sagas.travel;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What a door to the engine needs of this saga: its definition, trips, and what is booked. */
public final class TravelSaga {
  /** The signal that carries what people decide: {@code {choice: approve | reject, by}}. */
  public static final String SIGNAL = "approval";

  private static final String DEFINITION = "/sagas/travel/trip.yaml";

  private TravelSaga() {}

  /** Definition {@code travel/trip}. */
  public static String definition() {
    try (InputStream resource = TravelSaga.class.getResourceAsStream(DEFINITION)) {
      if (resource == null) {
        throw new IllegalStateException("not on the class path: " + DEFINITION);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + DEFINITION, e);
    }
  }

  /**
   * Three nights in Lisbon.
   *
   * @param within how long each of those who are asked may think
   */
  public static ObjectNode trip(Duration within) {
    var trip =
        JsonNodeFactory.instance
            .objectNode()
            .put("traveller", "Ada")
            .put("city", "Lisbon")
            .put("nights", 3);
    trip.putObject("approval")
        .put("within", within.toString())
        .put("escalateWithin", within.toString());
    return trip;
  }

  /** What the partners have done for an instance, in their order. */
  public static List<String> booked(Path dataFolder, String instance) throws IOException {
    return TravelStages.ledger(dataFolder).entries().stream()
        .filter(entry -> entry.by().equals(instance))
        .map(entry -> entry.function() + " " + entry.output())
        .toList();
  }
}
