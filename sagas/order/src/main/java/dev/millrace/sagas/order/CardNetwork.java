package dev.millrace.sagas.order;

import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.ledger.Ledger;
import dev.millrace.stages.ledger.Ledger.Entry;
import java.io.IOException;
import java.util.List;

/** Moves money from cards and back to them. As with real ones, some cards are for tests. */
final class CardNetwork {
  static final String CHARGE = "payment.charge";
  static final String REFUND = "payment.refund";

  /** Whoever pays with it is declined. */
  static final String DECLINED_CARD = "tok-declined";

  /** Takes a charge, and is closed when it is to be refunded, until {@link #reopen}. */
  static final String CLOSED_CARD = "tok-closed";

  private static final String REOPEN = "bank.reopen";
  private static final String CHARGE_ID = "chargeId";
  private static final String CARD = "card";

  private final Ledger ledger;

  CardNetwork(Ledger ledger) {
    this.ledger = ledger;
  }

  /** {@code {orderId, card, amountCents}}. */
  StageAnswer charge(StageRequest request) throws IOException {
    var card = request.arguments().path(CARD).asText();
    var amount = request.arguments().path("amountCents").asLong();
    return ledger.once(
        request,
        _ ->
            card.equals(DECLINED_CARD)
                ? Books.refused("card-declined", 402, "Card declined", "the bank said no")
                : new StageAnswer.Completed(
                    Books.object()
                        .put(CHARGE_ID, Books.number("c-", request.idempotencyKey()))
                        .put(CARD, card)
                        .put("amountCents", amount)));
  }

  /** {@code {chargeId}}: all of it. */
  StageAnswer refund(StageRequest request) throws IOException {
    var charge = request.arguments().path(CHARGE_ID).asText();
    return ledger.once(request, before -> refund(before, charge));
  }

  private static StageAnswer refund(List<Entry> before, String charge) {
    var charged = Books.find(before, CHARGE, CHARGE_ID, charge);
    if (charged.isEmpty()) {
      return Books.refused("unknown", 404, "Unknown charge", charge);
    }
    var reopened = Books.find(before, REOPEN, CHARGE_ID, charge).isPresent();
    return charged.get().output().path(CARD).asText().equals(CLOSED_CARD) && !reopened
        ? Books.refused(
            "card-closed", 403, "Refund refused", "the card of " + charge + " is closed")
        : new StageAnswer.Completed(Books.object().put(CHARGE_ID, charge));
  }

  /** What the bank does when somebody has called: the charges of this instance can be refunded. */
  void reopen(String instance) throws IOException {
    for (var charge : Books.of(ledger.entries(), CHARGE)) {
      if (charge.by().equals(instance)) {
        var number = charge.output().path(CHARGE_ID).asText();
        ledger.once(
            REOPEN + "/" + number,
            REOPEN,
            "bank",
            _ -> new StageAnswer.Completed(Books.object().put(CHARGE_ID, number)));
      }
    }
  }
}
