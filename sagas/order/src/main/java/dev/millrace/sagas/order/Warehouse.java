package dev.millrace.sagas.order;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.ledger.Ledger;
import dev.millrace.stages.ledger.Ledger.Entry;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Keeps goods, and sets them aside for orders. */
final class Warehouse {
  static final String RESERVE = "stock.reserve";
  static final String RELEASE = "stock.release";

  /** Pieces on the shelves before the first order. */
  static final Map<String, Integer> STOCK = Map.of("tea", 10_000, "teapot", 1_000, "samovar", 1);

  private static final String RESERVATION = "reservationId";

  private final Ledger ledger;

  Warehouse(Ledger ledger) {
    this.ledger = ledger;
  }

  /** All lines of an order, or nothing: {@code {orderId, lines: [{sku, count}]}}. */
  StageAnswer reserve(StageRequest request) throws IOException {
    var lines = request.arguments().path("lines");
    return ledger.once(
        request,
        before -> {
          var free = free(before);
          count(lines).forEach((sku, count) -> free.merge(sku, -count, Integer::sum));
          var missing = missing(free);
          if (!missing.isEmpty()) {
            return Books.refused("out-of-stock", 409, "Out of stock", "too few: " + missing);
          }
          var output =
              Books.object().put(RESERVATION, Books.number("r-", request.idempotencyKey()));
          output.set("lines", lines);
          return new StageAnswer.Completed(output);
        });
  }

  /** {@code {reservationId}}: what was set aside is free again. */
  StageAnswer release(StageRequest request) throws IOException {
    var reservation = request.arguments().path(RESERVATION).asText();
    return ledger.once(
        request,
        before ->
            Books.find(before, RESERVE, RESERVATION, reservation).isEmpty()
                ? Books.refused("unknown", 404, "Unknown reservation", reservation)
                : new StageAnswer.Completed(Books.object().put(RESERVATION, reservation)));
  }

  /** Pieces that are not set aside, by what they are. */
  static Map<String, Integer> free(List<Entry> entries) {
    var free = new TreeMap<>(STOCK);
    for (var reserved : Books.of(entries, RESERVE)) {
      var number = reserved.output().path(RESERVATION).asText();
      if (Books.find(entries, RELEASE, RESERVATION, number).isEmpty()) {
        count(reserved.output().path("lines"))
            .forEach((sku, count) -> free.merge(sku, -count, Integer::sum));
      }
    }
    return free;
  }

  private static Map<String, Integer> count(JsonNode lines) {
    var counts = new TreeMap<String, Integer>();
    lines.forEach(
        line -> counts.merge(line.path("sku").asText(), line.path("count").asInt(), Integer::sum));
    return counts;
  }

  private static String missing(Map<String, Integer> free) {
    return free.entrySet().stream()
        .filter(entry -> entry.getValue() < 0)
        .map(entry -> -entry.getValue() + " " + entry.getKey())
        .collect(Collectors.joining(", "));
  }
}
