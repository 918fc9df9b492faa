package dev.millrace.sagas.travel;

import dev.millrace.core.StageName;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageProvider;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.ledger.Ledger;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;

/**
 * The stage behind {@code travel/trip}: {@code booking}, with {@code flight.hold}, {@code
 * hotel.hold}, {@code car.hold}, {@code booking.release} and {@code booking.confirm}. A ledger,
 * {@value #LEDGER_FILE} of the data folder, stands in the place of the partners' databases.
 */
public final class TravelStages implements StageProvider {
  static final String LEDGER_FILE = "travel-ledger.jsonl";

  /** For {@link java.util.ServiceLoader}. */
  public TravelStages() {}

  @Override
  public List<StageSpec> stages(StageSettings settings) {
    var bookings = new Bookings(ledger(settings.dataFolder()));
    var functions = new HashMap<String, StageFunction>();
    for (var partner : Partner.values()) {
      functions.put(partner.function(), request -> bookings.hold(partner, request));
    }
    functions.put(Bookings.RELEASE, bookings::release);
    functions.put(Bookings.CONFIRM, bookings::confirm);
    return List.of(new StageSpec(new StageName("booking"), StagePolicy.DEFAULT, functions));
  }

  static Ledger ledger(Path dataFolder) {
    return Ledger.in(dataFolder.resolve(LEDGER_FILE));
  }
}
