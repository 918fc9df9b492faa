package dev.millrace.sagas.order;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.ledger.Ledger;
import java.io.IOException;
import java.util.Set;

/** Takes parcels to where it has roads. */
final class Carrier {
  static final String DISPATCH = "shipping.dispatch";
  static final String RECALL = "shipping.recall";
  static final Set<String> COUNTRIES = Set.of("DE", "FR", "JP", "NO", "PT", "US");

  private static final String PARCEL = "parcelId";

  private final Ledger ledger;

  Carrier(Ledger ledger) {
    this.ledger = ledger;
  }

  /** {@code {orderId, country}}. */
  StageAnswer dispatch(StageRequest request) throws IOException {
    var country = request.arguments().path("country").asText();
    return ledger.once(
        request,
        _ ->
            COUNTRIES.contains(country)
                ? new StageAnswer.Completed(
                    Books.object().put(PARCEL, Books.number("p-", request.idempotencyKey())))
                : Books.refused(
                    "not-served", 422, "Not delivered", "no carrier goes to " + country));
  }

  /** {@code {parcelId}}: before it is on its way. */
  StageAnswer recall(StageRequest request) throws IOException {
    var parcel = request.arguments().path(PARCEL).asText();
    return ledger.once(
        request,
        before ->
            Books.find(before, DISPATCH, PARCEL, parcel).isEmpty()
                ? Books.refused("unknown", 404, "Unknown parcel", parcel)
                : new StageAnswer.Completed(Books.object().put(PARCEL, parcel)));
  }
}
