package dev.millrace.sagas.order;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** What a door to the engine needs of this saga: its definition, orders, and the books. */
public final class OrderSaga {
  private static final String DEFINITION = "/sagas/order/order.yaml";
  private static final String SERVED = "NO";
  private static final String NOT_SERVED = "AQ";
  private static final String GOOD_CARD = "tok-visa";

  private OrderSaga() {}

  /** What goes wrong with an order, by what is ordered and not by a switch in the stages. */
  public enum Mishap {
    /** Nothing. */
    NONE,
    /** The card is declined. */
    CHARGE,
    /** No carrier goes where the parcel should. */
    SHIP,
    /** As {@link #SHIP}, and the card has been closed when it is to be refunded. */
    REFUND
  }

  /** Definition {@code shop/order}. */
  public static String definition() {
    try (InputStream resource = OrderSaga.class.getResourceAsStream(DEFINITION)) {
      if (resource == null) {
        throw new IllegalStateException("not on the class path: " + DEFINITION);
      }
      return new String(resource.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new IllegalStateException("cannot read " + DEFINITION, e);
    }
  }

  /** Tea for two, and what to pour it from. */
  public static ObjectNode order(String orderId, Mishap mishap) {
    var order = Books.object().put("orderId", orderId);
    var lines = order.putArray("lines");
    lines.addObject().put("sku", "tea").put("count", 2);
    lines.addObject().put("sku", "teapot").put("count", 1);
    return order
        .put("amountCents", 5_990)
        .put("card", card(mishap))
        .put("country", country(mishap));
  }

  private static String card(Mishap mishap) {
    return switch (mishap) {
      case NONE, SHIP -> GOOD_CARD;
      case CHARGE -> CardNetwork.DECLINED_CARD;
      case REFUND -> CardNetwork.CLOSED_CARD;
    };
  }

  private static String country(Mishap mishap) {
    return switch (mishap) {
      case NONE, CHARGE -> SERVED;
      case SHIP, REFUND -> NOT_SERVED;
    };
  }

  /** Lets what an instance has charged be refunded: the bank opens the card again. */
  public static void reopenCard(Path dataFolder, String instance) throws IOException {
    new CardNetwork(OrderStages.ledger(dataFolder)).reopen(instance);
  }

  /** What warehouse, card network and carrier have done for an instance, in their order. */
  public static List<String> booked(Path dataFolder, String instance) throws IOException {
    return OrderStages.ledger(dataFolder).entries().stream()
        .filter(entry -> entry.by().equals(instance))
        .map(entry -> entry.function() + " " + entry.output())
        .toList();
  }
}
