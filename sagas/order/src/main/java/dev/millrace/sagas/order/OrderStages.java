package dev.millrace.sagas.order;

import dev.millrace.core.StageName;
import dev.millrace.stages.StageFunction;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageProvider;
import dev.millrace.stages.StageSettings;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.ledger.Ledger;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The stages behind {@code shop/order}: {@code stock}, {@code payment} and {@code shipping}. They
 * stand for a warehouse, a card network and a carrier, with one ledger, {@value #LEDGER_FILE} of
 * the data folder, in the place of their databases.
 */
public final class OrderStages implements StageProvider {
  static final String LEDGER_FILE = "order-ledger.jsonl";

  /** For {@link java.util.ServiceLoader}. */
  public OrderStages() {}

  @Override
  public List<StageSpec> stages(StageSettings settings) {
    var ledger = ledger(settings.dataFolder());
    var warehouse = new Warehouse(ledger);
    var cards = new CardNetwork(ledger);
    var carrier = new Carrier(ledger);
    return List.of(
        stage(
            "stock", Warehouse.RESERVE, warehouse::reserve, Warehouse.RELEASE, warehouse::release),
        stage("payment", CardNetwork.CHARGE, cards::charge, CardNetwork.REFUND, cards::refund),
        stage("shipping", Carrier.DISPATCH, carrier::dispatch, Carrier.RECALL, carrier::recall));
  }

  static Ledger ledger(Path dataFolder) {
    return Ledger.in(dataFolder.resolve(LEDGER_FILE));
  }

  private static StageSpec stage(
      String name, String does, StageFunction function, String undoes, StageFunction undoing) {
    return new StageSpec(
        new StageName(name), StagePolicy.DEFAULT, Map.of(does, function, undoes, undoing));
  }
}
