package dev.millrace.stages.worker;

import static dev.millrace.stages.StageRequests.json;
import static dev.millrace.stages.StageRequests.request;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.core.StageName;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.plan.FunctionContract;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.stage.StageAnswer.Completed;
import dev.millrace.core.stage.StageAnswer.Refused;
import dev.millrace.stages.StagePolicy;
import dev.millrace.stages.StageSpec;
import dev.millrace.stages.guard.GuardedStage;
import dev.millrace.stages.guard.GuardedStage.Outcome.Answered;
import dev.millrace.wire.blob.ClaimCheck;
import dev.millrace.wire.blob.FolderBlobStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The functions of a worker that has a blob store: what is large comes and goes by reference. */
final class ClaimedFunctionTest {
  private static final int INLINE_MAX = 1_000;
  private static final FunctionContract CONTRACT =
      FunctionContract.parse(
          """
          doc: Charges.
          input:
            type: object
            required: [note]
            properties: {note: {type: string, maxLength: 5000}, tags: {type: array}}
          output: {}
          """);

  @TempDir private Path folder;
  private ClaimCheck claimCheck;
  private final List<JsonNode> seen = new ArrayList<>();

  @BeforeEach
  void open() throws Exception {
    claimCheck = new ClaimCheck(new FolderBlobStore(folder), INLINE_MAX);
  }

  private StageSpec spec() {
    return new StageSpec(
            new StageName("pay"),
            StagePolicy.DEFAULT,
            Map.of(
                "charge",
                request -> {
                  seen.add(request.arguments());
                  return new Completed(request.arguments().path("note"));
                }))
        .withContracts(Map.of("charge", CONTRACT))
        .without(Map.of("refund", "there is no terminal"));
  }

  private StageAnswer answer(JsonNode arguments) throws Exception {
    var guarded = new GuardedStage(ClaimedFunction.all(spec(), claimCheck));
    var stowed = claimCheck.stow(arguments);
    return ((Answered) guarded.execute(request("pay", "charge", stowed), () -> true)).answer();
  }

  private static JsonNode note(int length) {
    return JsonNodeFactory.instance.objectNode().put("note", "x".repeat(length));
  }

  @Test
  void arguments_that_break_the_contract_never_reach_the_function() throws Exception {
    var answer = (Refused) answer(json("{'note': 7}"));
    assertThat(answer.error().type()).isEqualTo(Kind.VALIDATION.type());
    assertThat(answer.error().detail()).startsWith("arguments of 'charge'");
    assertThat(seen).isEmpty();
  }

  @Test
  void large_arguments_are_held_to_it_as_they_are_and_not_as_references() throws Exception {
    assertThat(answer(note(4_000))).isInstanceOf(Completed.class);
    assertThat(seen).containsExactly(note(4_000));
    assertThat(answer(note(6_000))).isInstanceOf(Refused.class);
    assertThat(seen).hasSize(1);
  }

  @Test
  void what_the_function_gives_is_kept_elsewhere_when_it_is_large() throws Exception {
    var output = ((Completed) answer(note(4_000))).output();
    assertThat(output.isTextual()).isFalse();
    assertThat(claimCheck.resolve(output)).isEqualTo(note(4_000).path("note"));
  }

  @Test
  void what_cannot_run_here_still_says_why() {
    assertThat(ClaimedFunction.all(spec(), claimCheck).unavailable())
        .containsExactly(Map.entry("refund", "there is no terminal"));
  }
}
