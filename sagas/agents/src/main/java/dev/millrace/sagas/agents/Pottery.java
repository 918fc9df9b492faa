package dev.millrace.sagas.agents;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** A pottery's stock, prices and notes: what the tools of {@link ToolServer} look into. */
final class Pottery {
  /** Most pieces of one article in one quote. */
  static final int QUANTITY_MAX = 10_000;

  private static final int DISCOUNT_FROM = 10;
  private static final BigDecimal DISCOUNTED = new BigDecimal("0.9");

  private record Article(int inStock, BigDecimal price) {}

  private static final Map<String, Article> ARTICLES =
      Map.of(
          "teapot-blue", new Article(14, new BigDecimal("39.50")),
          "teapot-white", new Article(0, new BigDecimal("36.00")),
          "mug-blue", new Article(120, new BigDecimal("11.90")),
          "bowl-green", new Article(33, new BigDecimal("18.00")));

  private static final Map<String, String> NOTES =
      new TreeMap<>(
          Map.of(
              "clay",
                  "Stoneware is fired between 1200 and 1300 degrees Celsius, earthenware below"
                      + " 1150. The pottery uses four fifths stoneware.",
              "glazes",
                  "Blue and green glazes need a slow cooling of nine hours. White glaze does not.",
              "kilns",
                  "The kiln holds 180 pieces and is fired three times a week. Orders have waited"
                      + " eleven days on average since spring."));

  /** What a tool was asked and cannot do; the message is for whoever asked. */
  static final class NotPossible extends Exception {
    private static final long serialVersionUID = 1L;

    NotPossible(String message) {
      super(message);
    }
  }

  String stock(String article) throws NotPossible {
    var found = article(article);
    return "%s: %d in stock, %s each".formatted(article, found.inStock(), found.price());
  }

  /** Ten pieces and more are a tenth cheaper. */
  String quote(String article, int quantity) throws NotPossible {
    var found = article(article);
    if (quantity < 1 || quantity > QUANTITY_MAX) {
      throw new NotPossible("a quantity is 1 to " + QUANTITY_MAX + ", not " + quantity);
    }
    var full = found.price().multiply(BigDecimal.valueOf(quantity));
    var total = quantity >= DISCOUNT_FROM ? full.multiply(DISCOUNTED) : full;
    return "%d x %s: %s".formatted(quantity, article, total.setScale(2, RoundingMode.HALF_UP));
  }

  String subjects() {
    return String.join(", ", NOTES.keySet());
  }

  String notes(String subject) throws NotPossible {
    var notes = NOTES.get(subject.strip().toLowerCase(Locale.ROOT));
    if (notes == null) {
      throw new NotPossible(
          "there are no notes on '" + subject + "', there are on " + NOTES.keySet());
    }
    return notes;
  }

  private static Article article(String name) throws NotPossible {
    var article = ARTICLES.get(name);
    if (article == null) {
      throw new NotPossible(
          "there is no article '" + name + "', there are " + new TreeMap<>(ARTICLES).keySet());
    }
    return article;
  }
}
