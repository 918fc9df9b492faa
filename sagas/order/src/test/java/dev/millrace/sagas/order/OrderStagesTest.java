package dev.millrace.sagas.order;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.sagas.order.OrderSaga.Mishap;
import dev.millrace.stages.StageSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What warehouse, card network and carrier really do, to their ledger. */
class OrderStagesTest {
  @TempDir Path folder;

  @Test
  void a_request_that_comes_twice_is_answered_twice_and_done_once() throws Exception {
    var first = charge("k-1", "tok-visa");
    assertThat(charge("k-1", "tok-visa")).isEqualTo(first).isInstanceOf(Completed.class);
    assertThat(OrderSaga.booked(folder, "o-1")).hasSize(1);
  }

  @Test
  void what_is_reserved_is_gone_until_it_is_released() throws Exception {
    var samovar = samovar(1);
    var reserved = output(ask(Warehouse.RESERVE, "k-1", samovar));
    assertThat(refusal(ask(Warehouse.RESERVE, "k-2", samovar))).isEqualTo(409);
    assertThat(ask(Warehouse.RELEASE, "k-3", reserved)).isInstanceOf(Completed.class);
    assertThat(ask(Warehouse.RESERVE, "k-2", samovar)).isInstanceOf(Completed.class);
    assertThat(Warehouse.free(OrderStages.ledger(folder).entries()))
        .containsEntry("samovar", 0)
        .containsEntry("tea", 10_000);
  }

  @Test
  void more_than_there_is_is_refused_as_a_whole() throws Exception {
    assertThat(refusal(ask(Warehouse.RESERVE, "k-1", samovar(2)))).isEqualTo(409);
    assertThat(OrderSaga.booked(folder, "o-1")).isEmpty();
  }

  @Test
  void the_card_for_it_is_declined() throws Exception {
    assertThat(refusal(charge("k-1", OrderSaga.order("o", Mishap.CHARGE).path("card").asText())))
        .isEqualTo(402);
  }

  @Test
  void a_closed_card_takes_no_refund_until_the_bank_opens_it_again() throws Exception {
    var card = OrderSaga.order("o", Mishap.REFUND).path("card").asText();
    var charged = output(charge("k-1", card));
    assertThat(refusal(ask(CardNetwork.REFUND, "k-2", charged))).isEqualTo(403);
    OrderSaga.reopenCard(folder, "o-1");
    assertThat(ask(CardNetwork.REFUND, "k-2", charged)).isInstanceOf(Completed.class);
  }

  @Test
  void no_carrier_goes_to_the_country_for_it() throws Exception {
    var order = OrderSaga.order("o", Mishap.SHIP);
    assertThat(refusal(ask(Carrier.DISPATCH, "k-1", order))).isEqualTo(422);
  }

  @Test
  void what_was_never_done_cannot_be_undone() throws Exception {
    var nothing = Books.object().put("parcelId", "p-0").put("chargeId", "c-0");
    assertThat(refusal(ask(Carrier.RECALL, "k-1", nothing))).isEqualTo(404);
    assertThat(refusal(ask(CardNetwork.REFUND, "k-2", nothing))).isEqualTo(404);
    assertThat(refusal(ask(Warehouse.RELEASE, "k-3", nothing))).isEqualTo(404);
  }

  private StageAnswer charge(String key, String card) throws Exception {
    return ask(CardNetwork.CHARGE, key, Books.object().put("card", card).put("amountCents", 100));
  }

  private static JsonNode samovar(int count) {
    var order = Books.object();
    order.putArray("lines").addObject().put("sku", "samovar").put("count", count);
    return order;
  }

  private StageAnswer ask(String function, String key, JsonNode arguments) throws Exception {
    var stages = new OrderStages().stages(new StageSettings(folder, Map.of()));
    for (var stage : stages) {
      var work = stage.functions().get(function);
      if (work != null) {
        var position = new TaskPosition("/do/0/" + key, "");
        return work.execute(
            new StageRequest(
                new InstanceId("o-1"), position, stage.name(), function, arguments, 1, key, null));
      }
    }
    throw new AssertionError("no stage does " + function);
  }

  private static JsonNode output(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Completed.class);
    return ((Completed) answer).output();
  }

  private static int refusal(StageAnswer answer) {
    assertThat(answer).isInstanceOf(Refused.class);
    return ((Refused) answer).error().status();
  }
}
