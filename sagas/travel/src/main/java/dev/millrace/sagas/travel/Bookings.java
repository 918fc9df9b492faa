package dev.millrace.sagas.travel;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.WorkflowError;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.ledger.Ledger;
import dev.millrace.stages.ledger.Ledger.Entry;
import java.io.IOException;
import java.util.List;

/** Holds that are released or confirmed, at all partners. */
final class Bookings {
  static final String RELEASE = "booking.release";
  static final String CONFIRM = "booking.confirm";

  private static final String HOLD = "hold";
  private static final String HOLDS = "holds";
  private static final int NUMBER_CHARS = 8;

  private final Ledger ledger;

  Bookings(Ledger ledger) {
    this.ledger = ledger;
  }

  /** {@code {city, nights}}. */
  StageAnswer hold(Partner partner, StageRequest request) throws IOException {
    var city = request.arguments().path("city").asText();
    var nights = request.arguments().path("nights").asInt();
    return ledger.once(
        request,
        _ ->
            partner.serves(city)
                ? new StageAnswer.Completed(
                    object()
                        .put(HOLD, number(partner, request))
                        .put("priceCents", partner.priceCents(nights)))
                : refused(
                    "not-served", 404, "Nothing to hold", "no " + partner.word() + " in " + city));
  }

  /** {@code {hold}}: gives it back, whether it is confirmed or not. */
  StageAnswer release(StageRequest request) throws IOException {
    var hold = request.arguments().path(HOLD).asText();
    return ledger.once(
        request,
        before ->
            isHeld(before, hold)
                ? new StageAnswer.Completed(object().put(HOLD, hold))
                : refused("unknown", 404, "Unknown hold", hold));
  }

  /** {@code {holds}}: all of them, or none. */
  StageAnswer confirm(StageRequest request) throws IOException {
    var holds = request.arguments().path(HOLDS);
    return ledger.once(request, before -> confirm(before, holds));
  }

  private static StageAnswer confirm(List<Entry> before, JsonNode holds) {
    for (var hold : holds) {
      if (!isHeld(before, hold.asText())) {
        return refused("unknown", 404, "Unknown hold", hold.asText());
      }
    }
    var output = object();
    output.set("bookings", holds);
    return new StageAnswer.Completed(output);
  }

  /** Whether somebody holds it and nobody has released it. */
  private static boolean isHeld(List<Entry> entries, String hold) {
    var kept = false;
    for (var entry : entries) {
      if (entry.output().path(HOLD).asText().equals(hold)) {
        kept = !entry.function().equals(RELEASE);
      }
    }
    return kept;
  }

  private static String number(Partner partner, StageRequest request) {
    var key = request.idempotencyKey();
    return partner.word() + "-" + key.substring(0, Math.min(NUMBER_CHARS, key.length()));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private static StageAnswer refused(String slug, int status, String title, String detail) {
    var type = "https://millrace.dev/errors/" + slug;
    return new StageAnswer.Refused(new WorkflowError(type, status, title, detail, null));
  }
}
