package dev.millrace.sagas.travel;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.millrace.core.InstanceId;
import dev.millrace.core.TaskPosition;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.core.stage.StageRequest;
import dev.millrace.stages.StageSettings;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the partners really do, to their ledger. */
class TravelStagesTest {
  @TempDir Path folder;

  @Test
  void a_request_that_comes_twice_holds_once() throws Exception {
    var first = hold("flight", "k-1", "Lisbon");
    assertThat(hold("flight", "k-1", "Lisbon")).isEqualTo(first).isInstanceOf(Completed.class);
    assertThat(TravelSaga.booked(folder, "t-1")).hasSize(1);
  }

  @Test
  void partners_refuse_cities_they_do_not_serve() throws Exception {
    assertThat(hold("hotel", "k-1", "Vienna")).isInstanceOf(Completed.class);
    assertThat(refusal(hold("car", "k-2", "Vienna"))).isEqualTo(404);
    assertThat(refusal(hold("flight", "k-3", "Atlantis"))).isEqualTo(404);
  }

  @Test
  void what_was_released_cannot_be_confirmed_nor_released_again() throws Exception {
    var flight = output(hold("flight", "k-1", "Oslo"));
    var car = output(hold("car", "k-2", "Oslo"));
    assertThat(ask(Bookings.RELEASE, "k-3", flight)).isInstanceOf(Completed.class);
    assertThat(refusal(ask(Bookings.RELEASE, "k-4", flight))).isEqualTo(404);
    assertThat(refusal(confirm("k-5", flight, car))).isEqualTo(404);
    assertThat(output(confirm("k-6", car)).path("bookings")).containsExactly(car.path("hold"));
  }

  private StageAnswer hold(String partner, String key, String city) throws Exception {
    return ask(partner + ".hold", key, object().put("city", city).put("nights", 3));
  }

  private StageAnswer confirm(String key, JsonNode... held) throws Exception {
    var arguments = object();
    var holds = arguments.putArray("holds");
    for (var one : held) {
      holds.add(one.path("hold"));
    }
    return ask(Bookings.CONFIRM, key, arguments);
  }

  private StageAnswer ask(String function, String key, JsonNode arguments) throws Exception {
    var stage = new TravelStages().stages(new StageSettings(folder, Map.of())).getFirst();
    var work = stage.functions().get(function);
    if (work == null) {
      throw new AssertionError("the stage does not " + function);
    }
    return work.execute(
        new StageRequest(
            new InstanceId("t-1"),
            new TaskPosition("/do/0/" + key, ""),
            stage.name(),
            function,
            arguments,
            1,
            key,
            null));
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
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
