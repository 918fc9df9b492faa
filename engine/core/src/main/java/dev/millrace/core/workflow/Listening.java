package dev.millrace.core.workflow;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.WorkflowError.Kind;
import dev.millrace.core.coordination.Channel;
import dev.millrace.core.expression.ExpressionException;
import dev.millrace.core.expression.Template;
import dev.millrace.core.plan.EventFilter;
import dev.millrace.core.plan.TaskPlan;
import dev.millrace.core.plan.TaskPlan.Consumption;
import dev.millrace.core.workflow.TaskScope.Local;
import dev.millrace.core.workflow.WorkflowEvent.EventConsumed;
import dev.millrace.core.workflow.WorkflowEvent.EventHandled;
import dev.millrace.core.workflow.WorkflowEvent.EventHandlingStarted;
import dev.millrace.core.workflow.WorkflowEvent.ListenStarted;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Waiting for events: which of them a {@code listen} takes, and when it has heard enough. */
final class Listening {
  private static final String NO_ITEMS =
      "a subscription with 'foreach' has to yield an array; what is too large for a record and is"
          + " kept in the blob store cannot be handled one by one";

  private final Transition transition;
  private final Surroundings surroundings;
  private final Completion completion;
  private final ErrorRouting errors;

  Listening(Transition transition, Completion completion, ErrorRouting errors) {
    this.transition = transition;
    this.surroundings = new Surroundings(transition);
    this.completion = completion;
    this.errors = errors;
  }

  void enter(
      TaskPlan.Listen task, TaskScope scope, @Nullable JsonNode input, @Nullable Instant deadline) {
    var awaited = task.filters().stream().map(filter -> awaited(filter, scope)).toList();
    var position = surroundings.position(task.pointer());
    transition.record(new ListenStarted(position, input, awaited, deadline, transition.now()));
    if (task.signal() != null) {
      takeBuffered(task, task.signal());
    }
    if (task.consumption() instanceof Consumption.Given) {
      takeGiven();
    }
  }

  /** One item at a time, so that what is journaled in one go stays small. */
  private void takeGiven() {
    var listen = (Frame.Listen) Objects.requireNonNull(transition.path().innermost());
    var items = listen.entry().input();
    if (!items.isArray()) {
      throw new Fault(Kind.RUNTIME.error(NO_ITEMS));
    }
    var next = listen.handled();
    transition.record(
        new EventConsumed(
            surroundings.position(listen),
            0,
            items.has(next) ? transition.weigh(items.get(next)) : null,
            Map.of(),
            true,
            next + 1 >= items.size(),
            null,
            transition.now()));
  }

  private static Awaited awaited(EventFilter filter, TaskScope scope) {
    var expected = new HashMap<String, JsonNode>();
    filter
        .correlations()
        .forEach((name, correlation) -> {
          if (correlation.expect() != null) {
            expected.put(name, correlation.expect().evaluate(scope));
          }
        });
    return new Awaited(Channel.key(filter.signature(), expected), expected);
  }

  private void takeBuffered(TaskPlan.Listen task, String signal) {
    for (var buffered : transition.running().signals()) {
      var listen = (Frame.Listen) transition.path().innermost();
      if (buffered.name().equals(signal) && listen != null && !listen.isOver()) {
        takeSignal(task, listen, buffered.event(), signal);
      }
    }
  }

  private void takeSignal(
      TaskPlan.Listen task, Frame.Listen listen, JsonNode event, @Nullable String buffered) {
    var filter = meant(task, listen, event);
    var expected = listen.awaited().get(filter).expected();
    consume(task, listen, filter, event, expected, buffered);
  }

  /**
   * The filter a signal stands for, of those that want an event: the first it meets, with those
   * that end the waiting before the others. A signal was sent to this very task, so it need not
   * meet any: then it is an item, and stands for the first.
   */
  private int meant(TaskPlan.Listen task, Frame.Listen listen, JsonNode event) {
    var scope = surroundings.of(task, listen);
    var first = task.consumption() instanceof Consumption.UntilEvent it ? it.from() : 0;
    var wanting =
        IntStream.range(0, task.filters().size())
            .filter(each -> !isSatisfied(task, listen, each))
            .toArray();
    return IntStream.concat(
            IntStream.of(wanting).filter(each -> each >= first),
            IntStream.of(wanting).filter(each -> each < first))
        .filter(each -> meets(event, task.filters().get(each), scope))
        .findFirst()
        .orElse(wanting[0]);
  }

  /** What a filter expects of an event may make no sense of what somebody sends. */
  private static boolean meets(JsonNode signal, EventFilter filter, TaskScope scope) {
    try {
      return filter.matches(signal, scope);
    } catch (Fault | ExpressionException _) {
      return false;
    }
  }

  // Taking.

  /**
   * Takes the event, if the task waits for it.
   *
   * @return whether it did
   */
  boolean take(Frame.Listen listen, int filter, JsonNode event) {
    var task = planOf(listen);
    var scope = surroundings.of(task, listen);
    try {
      var expected = correlated(task, listen, filter, event, scope);
      if (expected.isEmpty()) {
        return false;
      }
      consume(task, listen, filter, event, expected.get(), null);
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(listen), DataFlow.errorOf(e));
    }
    return true;
  }

  void takeSignal(Frame.Listen listen, JsonNode event) {
    var task = planOf(listen);
    try {
      takeSignal(task, listen, event, null);
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(listen), DataFlow.errorOf(e));
    }
  }

  /**
   * @return what correlates from now on; empty when the event is not meant
   */
  private static Optional<Map<String, JsonNode>> correlated(
      TaskPlan.Listen task, Frame.Listen listen, int filter, JsonNode event, TaskScope scope) {
    if (filter < 0 || filter >= task.filters().size() || isSatisfied(task, listen, filter)) {
      return Optional.empty();
    }
    var plan = task.filters().get(filter);
    if (!plan.matches(event, scope)) {
      return Optional.empty();
    }
    var expected = new HashMap<>(listen.awaited().get(filter).expected());
    for (var correlation : plan.correlations().entrySet()) {
      var value = correlation.getValue().from().evaluate(scope.on(event));
      var wanted = expected.putIfAbsent(correlation.getKey(), value);
      if (wanted != null && !wanted.equals(value)) {
        return Optional.empty();
      }
    }
    return Optional.of(expected);
  }

  private static boolean isSatisfied(TaskPlan.Listen task, Frame.Listen listen, int filter) {
    return task.consumption() instanceof Consumption.All && listen.satisfied().contains(filter);
  }

  private void consume(
      TaskPlan.Listen task,
      Frame.Listen listen,
      int filter,
      JsonNode event,
      Map<String, JsonNode> expected,
      @Nullable String signal) {
    checkRoom(listen);
    var item = transition.weigh(DataFlow.bounded(task.read().of(event), transition.limits()));
    var isEnd = task.consumption() instanceof Consumption.UntilEvent(int from, _) && filter >= from;
    transition.record(
        new EventConsumed(
            surroundings.position(listen),
            filter,
            isEnd ? null : item,
            expected,
            task.foreach() != null,
            isOver(task, listen, filter, item),
            signal,
            transition.now()));
  }

  private void checkRoom(Frame.Listen listen) {
    var max = transition.limits().eventsPerListenMax();
    if (listen.results().size() + listen.queue().size() >= max) {
      throw new Fault(
          Kind.RUNTIME.error("a listen takes at most eventsPerListenMax = " + max + " events"));
    }
  }

  private boolean isOver(TaskPlan.Listen task, Frame.Listen listen, int filter, JsonNode item) {
    return switch (task.consumption()) {
      case Consumption.First _ -> true;
      case Consumption.All _ ->
          listen.satisfied().size() + (listen.satisfied().contains(filter) ? 0 : 1)
              >= task.filters().size();
      case Consumption.UntilCondition(var condition) ->
          Template.isTrue(condition.evaluate(surroundings.of(task, listen).on(item)));
      case Consumption.UntilEvent(int from, boolean isEvery) ->
          filter >= from && (!isEvery || isLast(task, listen, from, filter));
      case Consumption.Endless _, Consumption.Given _ -> false;
    };
  }

  /** Whether the event for this filter is the only one still missing from {@code from} on. */
  private static boolean isLast(TaskPlan.Listen task, Frame.Listen listen, int from, int filter) {
    return IntStream.range(from, task.filters().size())
        .allMatch(each -> each == filter || listen.satisfied().contains(each));
  }

  // Handling.

  /** Begins with the next item, or ends the task. */
  void step(Frame.Listen listen) {
    if (!listen.queue().isEmpty()) {
      transition.record(new EventHandlingStarted(surroundings.position(listen), transition.now()));
    } else {
      completion.complete(listen, Evolution.lastValue(listen));
    }
  }

  /** {@code foreach} is through with its item. */
  void endOfHandling(Frame.Listen listen) {
    var task = planOf(listen);
    var foreach = task.foreach();
    if (foreach == null || listen.handling() == null) {
      throw new IllegalStateException("handles nothing: " + listen);
    }
    var limits = transition.limits();
    var value = listen.cursor().value();
    var scope =
        surroundings
            .listening(task, listen)
            .with(new Local.Item(foreach, listen.handling(), listen.handled()));
    try {
      var output =
          DataFlow.out(
              foreach.output(),
              value,
              scope.with(scope.data().withOutput(value, null), value),
              limits);
      var exporting = scope.with(scope.data().withOutput(value, output), output);
      var context =
          foreach.export().template() == null
              ? null
              : transition.weigh(DataFlow.out(foreach.export(), output, exporting, limits));
      transition.record(
          new EventHandled(
              surroundings.position(listen),
              output == value ? null : transition.weigh(output),
              context,
              transition.now()));
      if (task.consumption() instanceof Consumption.Given && !listen.isOver()) {
        takeGiven();
      }
    } catch (Fault | ExpressionException e) {
      errors.raise(surroundings.position(listen), DataFlow.errorOf(e));
    }
  }

  /** The listens of the instance that have this signal name, in the order of their branches. */
  List<Found> waitingFor(String signal) {
    return transition.running().branches().stream()
        .flatMap(branch ->
            branch.frames().stream()
                .filter(Frame.Listen.class::isInstance)
                .map(frame -> new Found(branch.number(), (Frame.Listen) frame)))
        .filter(found -> !found.listen().isOver())
        .filter(found -> signal.equals(planOf(found.listen()).signal()))
        .toList();
  }

  record Found(int branch, Frame.Listen listen) {}

  private TaskPlan.Listen planOf(Frame.Listen listen) {
    return (TaskPlan.Listen) transition.plan().task(listen.entry().pointer());
  }
}
