package dev.millrace.stages.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.stages.worker.CompletedOffsets.Commit;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

final class CompletedOffsetsTest {

  @Test
  void work_finished_in_order_needs_no_metadata() {
    var offsets = CompletedOffsets.from(7);
    offsets.begin(7);
    offsets.begin(8);
    offsets.complete(7);
    offsets.complete(8);
    assertThat(offsets.commit()).isEqualTo(new Commit(9, ""));
  }

  @Test
  void the_first_gap_is_committed_and_the_rest_is_remembered() {
    var offsets = begun(10, 15);
    List.of(11L, 12L, 14L).forEach(offsets::complete);
    var commit = offsets.commit();
    assertThat(commit.offset()).isEqualTo(10);
    assertThat(toDo(CompletedOffsets.restore(commit), 10, 17)).containsExactly(10L, 13L, 15L, 16L);
  }

  @Test
  void work_under_way_at_the_end_needs_no_metadata() {
    assertThat(begun(10, 15).commit()).isEqualTo(new Commit(10, ""));
  }

  @Test
  void a_transaction_marker_between_records_is_no_gap() {
    var offsets = CompletedOffsets.from(0);
    for (long offset = 0; offset < 20; offset += 2) {
      offsets.begin(offset);
      offsets.complete(offset);
    }
    assertThat(offsets.commit()).isEqualTo(new Commit(19, ""));
  }

  @Test
  void a_gap_whose_record_was_deleted_meanwhile_is_closed_when_it_is_passed_over() {
    var before = begun(0, 5);
    List.of(1L, 2L, 3L, 4L).forEach(before::complete);
    var after = CompletedOffsets.restore(before.commit());
    assertThat(after.begin(2)).isFalse();
    assertThat(after.commit()).isEqualTo(new Commit(5, ""));
  }

  @Test
  void after_the_log_was_reset_everything_is_to_be_done() {
    var before = begun(100, 105);
    List.of(101L, 102L, 103L, 104L).forEach(before::complete);
    var after = CompletedOffsets.restore(before.commit());
    assertThat(toDo(after, 0, 106)).hasSize(106);
    assertThat(after.commit().offset()).isZero();
  }

  @Test
  void metadata_of_another_writer_counts_as_empty() {
    for (var foreign : List.of("somebody else's", "r1:", "r1:?", "r1:gICA", "r1:AAA", "r1:_38B")) {
      assertThat(toDo(CompletedOffsets.restore(new Commit(5, foreign)), 5, 8))
          .as(foreign)
          .containsExactly(5L, 6L, 7L);
    }
  }

  @Test
  void the_worst_pattern_of_gaps_fits_into_the_metadata_the_broker_accepts() {
    var offsets = CompletedOffsets.from(0);
    long run = 1L << 34;
    for (int i = 0; i < CompletedOffsets.INCOMPLETE_MAX; i++) {
      offsets.begin(i * run);
      offsets.begin(i * run + 1);
      offsets.complete(i * run + 1);
    }
    var commit = offsets.commit();
    assertThat(commit.metadata()).hasSizeLessThanOrEqualTo(CompletedOffsets.METADATA_LENGTH_MAX);
    assertThat(CompletedOffsets.restore(commit).commit()).isEqualTo(commit);
  }

  @Property
  void any_order_of_completion_commits_the_first_gap_and_repeats_nothing_finished(
      @ForAll @LongRange(min = 0, max = 1L << 40) long start,
      @ForAll @IntRange(min = 1, max = CompletedOffsets.INCOMPLETE_MAX) int count,
      @ForAll @IntRange(min = 0, max = 100) int finishedPct,
      @ForAll Random random) {
    var records = ascending(start, count, random);
    var offsets = CompletedOffsets.from(start);
    records.forEach(offsets::begin);
    var finished = finish(offsets, records, finishedPct, random);

    var commit = offsets.commit();
    var unfinished = new TreeSet<>(records);
    unfinished.removeAll(finished);

    assertThat(commit.offset())
        .isEqualTo(unfinished.isEmpty() ? records.getLast() + 1 : unfinished.first());
    var restored = CompletedOffsets.restore(commit);
    assertThat(restored.commit()).isEqualTo(commit);
    var again = records.stream().filter(o -> o >= commit.offset()).filter(restored::begin).toList();
    assertThat(again).containsExactlyElementsOf(unfinished);
  }

  @Property
  void several_restarts_in_a_row_do_every_record_once_if_each_finishes_what_it_counts(
      @ForAll @IntRange(min = 1, max = 120) int count,
      @ForAll @Size(min = 1, max = 6) List<@IntRange(min = 0, max = 100) Integer> finishedPct,
      @ForAll Random random) {
    var records = ascending(0, count, random);
    var done = new ArrayList<Long>();
    var commit = new Commit(0, "");
    for (int pct : finishedPct) {
      var offsets = CompletedOffsets.restore(commit);
      long from = commit.offset();
      var toDo = records.stream().filter(o -> o >= from).filter(offsets::begin).toList();
      done.addAll(finish(offsets, toDo, pct, random));
      commit = offsets.commit();
    }
    assertThat(done).doesNotHaveDuplicates();
  }

  @Property
  void any_metadata_is_survived(@ForAll String text, @ForAll @Size(max = 40) byte[] bytes) {
    var encoded = java.util.Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    for (var metadata : List.of(text, "r1:" + text, "r1:" + encoded)) {
      var offsets = CompletedOffsets.restore(new Commit(3, metadata));
      assertThat(offsets.incomplete()).isLessThanOrEqualTo(CompletedOffsets.INCOMPLETE_MAX);
      assertThat(offsets.commit().offset()).isGreaterThanOrEqualTo(3);
    }
  }

  private static CompletedOffsets begun(long first, long last) {
    var offsets = CompletedOffsets.from(first);
    for (long offset = first; offset <= last; offset++) {
      offsets.begin(offset);
    }
    return offsets;
  }

  private static List<Long> toDo(CompletedOffsets offsets, long from, long to) {
    var found = new ArrayList<Long>();
    for (long offset = from; offset < to; offset++) {
      if (offsets.begin(offset)) {
        found.add(offset);
      }
    }
    return found;
  }

  private static List<Long> ascending(long start, int count, Random random) {
    var records = new ArrayList<Long>();
    long offset = start + random.nextInt(3);
    for (int i = 0; i < count; i++) {
      records.add(offset);
      offset += 1 + random.nextInt(3) * random.nextInt(2);
    }
    return records;
  }

  private static Set<Long> finish(
      CompletedOffsets offsets, List<Long> records, int pct, Random random) {
    var chosen = new ArrayList<>(records);
    Collections.shuffle(chosen, random);
    var finished = new HashSet<>(chosen.subList(0, chosen.size() * pct / 100));
    finished.forEach(offsets::complete);
    return finished;
  }
}
