package dev.millrace.wire;

import static dev.millrace.wire.Samples.AT;
import static dev.millrace.wire.Samples.CARDS;
import static dev.millrace.wire.Samples.ORDER;
import static dev.millrace.wire.Samples.utf8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.core.coordination.CoordinationCommand;
import dev.millrace.core.coordination.Row;
import dev.millrace.core.stage.StageAnswer;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.JournalEntry;
import dev.millrace.core.workflow.Origin;
import dev.millrace.core.workflow.Outcome;
import dev.millrace.core.workflow.Undo;
import dev.millrace.core.workflow.WorkflowCommand;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.core.workflow.WorkflowState;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class AvroCodecsTest {
  private final Codecs codecs = AvroCodecs.embedded(Samples.TOPICS);

  @Test
  void every_record_comes_back_as_it_was() throws Exception {
    comesBack(codecs.submissions(), Samples.SUBMISSIONS);
    comesBack(codecs.commands(), Samples.COMMANDS);
    comesBack(codecs.coordination(), Samples.COORDINATION);
    comesBack(codecs.coordinationRows(), Samples.COORDINATION_ROWS);
    comesBack(codecs.stageRequests(CARDS), Samples.STAGE_REQUESTS);
    comesBack(codecs.journal(), Samples.JOURNAL);
    comesBack(codecs.snapshots(), Samples.STATES);
    comesBack(codecs.outcomes(), Samples.INSTANCE_OUTCOMES);
    comesBack(codecs.definitions(), Samples.DEFINITIONS);
    comesBack(codecs.deadLetters(), Samples.DEAD_LETTERS);
  }

  private static <T> void comesBack(Codec<T> codec, List<T> values) throws UndecodableException {
    for (var value : values) {
      assertThat(codec.decode(codec.encode(value))).isEqualTo(value);
    }
  }

  @Test
  void a_dead_letter_keeps_the_original_bytes() throws Exception {
    var letter =
        new DeadLetter(
            DeadLetter.Reason.UNDECODABLE, "why", "t", 0, 1, AT, utf8("key"), new byte[] {0, -1});

    var back = codecs.deadLetters().decode(codecs.deadLetters().encode(letter));

    assertThat(back.key()).isEqualTo(utf8("key"));
    assertThat(back.value()).containsExactly(0, -1);
  }

  @Test
  void there_is_a_sample_of_every_kind() {
    covers(WorkflowEvent.class, Samples.EVENTS);
    covers(WorkflowState.class, Samples.STATES);
    covers(Outcome.class, Samples.OUTCOMES);
    covers(Submission.class, Samples.SUBMISSIONS);
    covers(CoordinationCommand.class, Samples.COORDINATION);
    covers(Row.class, Samples.COORDINATION_ROWS);
    covers(Origin.class, origins());
    covers(Undo.Action.class, Samples.UNDOS.stream().map(Undo::action).toList());
    covers(Frame.Phase.class, of(Frame.Try.class, Frame.Try::phase));
    covers(Frame.Step.class, of(Frame.Compensation.class, Frame.Compensation::phase));
    covers(Frame.Lane.class, lanes());
    covers(StageAnswer.class, answers());
    covers(Frame.class, Samples.FRAMES);
    assertThat(kinds(Samples.COMMANDS))
        .as("all but FireTimers, which never travels")
        .hasSize(WorkflowCommand.class.getPermittedSubclasses().length - 1);
  }

  private static void covers(Class<?> sealed, Collection<?> samples) {
    assertThat(kinds(samples))
        .as("a new %s needs a sample in Samples", sealed.getSimpleName())
        .containsAll(leaves(sealed).toList());
  }

  /** A sealed type may be one of sealed types. */
  private static Stream<Class<?>> leaves(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(AvroCodecsTest::leaves)
        : Stream.of(type);
  }

  private static Set<Class<?>> kinds(Collection<?> samples) {
    return samples.stream().map(Object::getClass).collect(Collectors.toSet());
  }

  private static <F extends Frame> List<Object> of(Class<F> kind, Function<F, Object> part) {
    return Samples.FRAMES.stream().filter(kind::isInstance).map(kind::cast).map(part).toList();
  }

  private static List<Frame.Lane> lanes() {
    return Samples.FRAMES.stream()
        .filter(Frame.Fork.class::isInstance)
        .flatMap(frame -> ((Frame.Fork) frame).lanes().stream())
        .toList();
  }

  private static List<Origin> origins() {
    return Samples.COMMANDS.stream()
        .filter(WorkflowCommand.Start.class::isInstance)
        .map(command -> ((WorkflowCommand.Start) command).origin())
        .toList();
  }

  private static List<StageAnswer> answers() {
    return Samples.COMMANDS.stream()
        .filter(WorkflowCommand.CompleteStage.class::isInstance)
        .map(command -> ((WorkflowCommand.CompleteStage) command).answer())
        .toList();
  }

  @Test
  void a_timer_never_travels() {
    assertThatThrownBy(() -> codecs.commands().encode(new WorkflowCommand.FireTimers(ORDER)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("none travels");
  }

  @Test
  void an_entry_whose_events_have_another_time_is_not_written() {
    var entry =
        new JournalEntry(
            ORDER, 0, AT, List.of(new WorkflowEvent.StageRetried(Samples.TOP, 2, Samples.LATER)));

    assertThatThrownBy(() -> codecs.journal().encode(entry))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("in an entry of");
  }

  @Test
  void a_record_of_another_topic_is_named() {
    var bytes = codecs.commands().encode(new WorkflowCommand.Continue(ORDER));

    assertThatThrownBy(() -> codecs.outcomes().decode(bytes))
        .isInstanceOf(UndecodableException.class)
        .hasMessageContaining("no released version of dev.millrace.schema.v1.InstanceOutcome");
  }
}
