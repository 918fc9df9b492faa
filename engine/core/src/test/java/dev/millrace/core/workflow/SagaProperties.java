package dev.millrace.core.workflow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.core.plan.Plan;
import dev.millrace.core.workflow.SagaWorld.Move;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.Size;

/**
 * For random trees of tasks, whatever their stages answer and whenever somebody cancels, time runs
 * out or the engine is replaced: what was undone is what had completed, latest first in every
 * branch, each once in effect; and no instance is stuck.
 */
class SagaProperties {
  private static final int MOVES_MAX = 1_000;

  private static final String FUNCTIONS =
      """
      timeout: { after: PT6H }
      use:
        functions:
          undo: { call: 'reserve:1.0.0@default', with: { undo: '${ .id }' } }
          item:
            call: 'charge:1.0.0@default'
            metadata: { millrace: { compensation: { call: undo, with: { id: '${ .id }' } } } }
      do:\
      """;

  private static final String EXTENSIONS =
      """
      use:
        extensions:
          - around: { extend: all, before: [ { pause: { wait: PT1M } } ], after: [ { other: { set: { other: true } } } ] }
          - strict:
              extend: call
              when: '$task.name == "t2"'
              after: [ { refuse: { raise: { error: { type: 'https://example.com/no', status: 422, title: No } } } } ]
      """;

  private static final String UNDONE_ON_ABORT =
      "  metadata: { millrace: { profile: '1', onAbort: compensate } }\n";

  @Property(tries = 250, edgeCases = EdgeCasesMode.NONE)
  void an_abort_undoes_exactly_what_completed_in_reverse(
      @ForAll("undoneAsAWhole") Plan plan, @ForAll @Size(60) List<Move> script) {
    var world = played(plan, script);
    world.checkOrder();
    world.checkAbortedScopes();
    world.checkWhole();
  }

  /** In a workflow that promises nothing for itself, each scope answers for what is inside it. */
  @Property(tries = 150, edgeCases = EdgeCasesMode.NONE)
  void a_scope_that_is_aborted_undoes_what_completed_inside_it(
      @ForAll("undoneByScope") Plan plan, @ForAll @Size(60) List<Move> script) {
    var world = played(plan, script);
    world.checkOrder();
    world.checkAbortedScopes();
  }

  @Property(tries = 100, edgeCases = EdgeCasesMode.NONE)
  void so_it_does_with_extensions_around_every_task(
      @ForAll("extendedPlans") Plan plan, @ForAll @Size(60) List<Move> script) {
    var world = played(plan, script);
    world.checkOrder();
    world.checkWhole();
  }

  private static SagaWorld played(Plan plan, List<Move> script) {
    var world = new SagaWorld(InstanceUnderTest.of(plan).start("{}"));
    for (int i = 0; i < MOVES_MAX && !world.isOver(); i++) {
      world.make(i < script.size() ? script.get(i) : Move.COMPLETE, i);
    }
    assertThat(world.isOver()).as("no instance is stuck").isTrue();
    return world;
  }

  // Definitions.

  @Provide
  Arbitrary<Plan> undoneAsAWhole() {
    return block(3)
        .map(it -> InstanceUnderTest.planWithDocument(UNDONE_ON_ABORT + FUNCTIONS + " " + it));
  }

  @Provide
  Arbitrary<Plan> undoneByScope() {
    return block(3).map(it -> InstanceUnderTest.planWithDocument(FUNCTIONS + " " + it));
  }

  @Provide
  Arbitrary<Plan> extendedPlans() {
    var head = UNDONE_ON_ABORT + FUNCTIONS.replace("use:\n", EXTENSIONS);
    return block(2).map(it -> InstanceUnderTest.planWithDocument(head + " " + it));
  }

  private static Arbitrary<String> block(int depth) {
    return task(depth).list().ofMinSize(1).ofMaxSize(3).map(SagaProperties::tasks);
  }

  /** Names of their own in every list, because a scope is found by its name. */
  private static String tasks(List<String> tasks) {
    return IntStream.range(0, tasks.size())
        .mapToObj(i -> "{ t" + i + ": { " + tasks.get(i) + " } }")
        .collect(Collectors.joining(", ", "[ ", " ]"));
  }

  private static Arbitrary<String> task(int depth) {
    return depth == 0 ? leaf() : Arbitraries.oneOf(kinds(depth));
  }

  private static List<Arbitrary<String>> kinds(int depth) {
    var kinds = new ArrayList<Arbitrary<String>>();
    kinds.add(leaf());
    kinds.add(leaf());
    kinds.add(scope(depth));
    kinds.add(loop(depth));
    kinds.add(undoing(depth));
    kinds.add(fork(depth));
    kinds.add(guarded(depth));
    return kinds;
  }

  private static Arbitrary<String> leaf() {
    var map =
        "call: 'map:1.0.0@default', with: { items: '${ [1, 2, 3] }', function: item, maxConcurrency: 2 }";
    return Arbitraries.of(
        undoable(""),
        undoable(""),
        undoable(", retry: { delay: PT1M, limit: { attempt: { count: 2 } } }"),
        undoable("") + ", timeout: { after: PT15M }",
        map,
        "run: { workflow: { namespace: test, name: child, version: '1.0.0', input: {} } }",
        "run: { workflow: { namespace: test, name: child, version: '1.0.0', input: {} } },"
            + " timeout: { after: PT15M }",
        "wait: PT5M",
        "raise: { error: { type: 'https://example.com/no', status: 422, title: Stop } }");
  }

  private static String undoable(String more) {
    return "call: 'charge:1.0.0@default', metadata: { millrace: { compensation:"
        + " { call: undo, with: { id: '${ .id }' }%s } } }".formatted(more);
  }

  private static Arbitrary<String> scope(int depth) {
    var onAbort = ", metadata: { millrace: { onAbort: compensate } }";
    var timeout = ", timeout: { after: PT30M }";
    return block(depth - 1)
        .flatMap(body ->
            Arbitraries.of("", timeout, onAbort, onAbort + timeout)
                .map(more -> "do: " + body + more));
  }

  private static Arbitrary<String> fork(int depth) {
    return block(depth - 1)
        .flatMap(branches ->
            Arbitraries.of("", ", compete: true")
                .map(kind -> "fork: { branches: " + branches + kind + " }"));
  }

  private static Arbitrary<String> loop(int depth) {
    return block(depth - 1).map(body -> "for: { in: '${ [1, 2] }' }, do: " + body);
  }

  private static Arbitrary<String> guarded(int depth) {
    return block(depth - 1)
        .map(body ->
            "try: "
                + body
                + ", catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }");
  }

  /** A handler that undoes what completed in its {@code try}, and may throw the error again. */
  private static Arbitrary<String> undoing(int depth) {
    return Combinators.combine(
            block(depth - 1),
            Arbitraries.integers().between(0, 999_999),
            Arbitraries.of(
                "",
                ", { again: { call: 'rethrow:1.0.0@default', with: { error: '${ $error }' } } }"))
        .as((body, number, after) ->
            "do: [ { guard%d: { try: %s, catch: { do: [ { undo: { call: 'compensate:1.0.0@default',"
                    .formatted(number, body)
                + " with: { scope: guard%d } } }%s ] } } } ]".formatted(number, after));
  }
}
