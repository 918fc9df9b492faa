package dev.millrace.core.plan;

import dev.millrace.core.plan.TaskPlan.Consumption;
import dev.millrace.core.plan.TaskPlan.Foreach;
import dev.millrace.core.plan.TaskPlan.Read;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** {@code listen}: which events a task waits for, and when it has heard enough. */
record ListenCompiler(
    Expressions expressions,
    EventCompiler events,
    TransformCompiler transforms,
    TaskCompiler tasks) {
  private static final Set<String> STRATEGIES = Set.of("one", "any", "all");

  TaskPlan compile(Source task, TaskCommon common, Placement at) {
    var listen = task.present("listen");
    if (!listen.requireObject("an object: {to, read}")) {
      return at.nothing(common.name(), common.definition());
    }
    listen.allow("listen", Set.of("to", "read"), Set.of());
    var to = listen.required("to", "what to listen to: {one}, {any} or {all}");
    var strategy = to == null ? null : strategy(to, true);
    if (to == null || strategy == null) {
      return at.nothing(common.name(), common.definition());
    }
    var filters = new ArrayList<>(filters(strategy, at.names().inside()));
    var foreach = foreach(task.member("foreach"), at);
    var consumption = consumption(strategy, to.member("until"), filters, at);
    return new TaskPlan.Listen(
        common, consumption, filters, read(listen.member("read")), foreach, signal(task));
  }

  /** The one word of the strategy, with what it applies to; null after a problem. */
  private static @Nullable Source strategy(Source to, boolean mayEnd) {
    if (!to.requireObject("one of " + Source.listed(STRATEGIES))) {
      return null;
    }
    to.allow("listen.to", mayEnd ? Set.of("one", "any", "all", "until") : STRATEGIES, Set.of());
    var words = new ArrayList<>(to.names());
    words.retainAll(STRATEGIES);
    if (words.size() != 1) {
      to.error("expected one of " + Source.listed(STRATEGIES));
      return null;
    }
    return to.present(words.getFirst());
  }

  private List<EventFilter> filters(Source strategy, Set<String> variables) {
    if (strategy.key().equals("one")) {
      return List.of(events.filter(strategy, variables));
    }
    if (strategy.key().equals("any") && strategy.value().isArray() && strategy.value().isEmpty()) {
      return List.of(EventFilter.ANY);
    }
    return strategy.requireList("a list of event filters")
        ? strategy.elements().stream().map(each -> events.filter(each, variables)).toList()
        : List.of(EventFilter.ANY);
  }

  private Consumption consumption(
      Source strategy, @Nullable Source until, List<EventFilter> filters, Placement at) {
    var word = strategy.key();
    if (until != null && !word.equals("any")) {
      until.errorAtKey("'until' goes with 'any'", null);
    }
    if (until == null) {
      return unbounded(word, strategy.value().isEmpty());
    }
    if (until.isText()) {
      return new Consumption.UntilCondition(expressions.expression(until, at.names().inside()));
    }
    var from = filters.size();
    var last = strategy(until, false);
    if (last != null) {
      filters.addAll(filters(last, at.names().inside()));
    }
    return new Consumption.UntilEvent(from, last != null && last.key().equals("all"));
  }

  /** Any event at all, with nothing that ends it, is heard until the task's time is over. */
  private static Consumption unbounded(String word, boolean isAnything) {
    if (word.equals("all")) {
      return new Consumption.All();
    }
    return word.equals("any") && isAnything ? new Consumption.Endless() : new Consumption.First();
  }

  private static Read read(@Nullable Source source) {
    var word = source == null ? null : source.oneOf(Set.of("data", "envelope", "raw"));
    return word == null ? Read.DATA : Read.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /**
   * What happens to the messages of a subscription, one after the other.
   *
   * @param foreach of the subscription
   * @param at where the subscription stands
   */
  TaskPlan.@Nullable Listen messages(Source foreach, TaskCommon call, Placement at) {
    var handling = foreach(foreach, at);
    var place = new Placement(at.pointer() + "/foreach", at.names(), Map.of(), at.callers());
    return handling == null
        ? null
        : new TaskPlan.Listen(
            place.plain(call.name(), call.definition()),
            new Consumption.Given(),
            List.of(),
            Read.DATA,
            handling,
            null);
  }

  private @Nullable Foreach foreach(@Nullable Source source, Placement at) {
    if (source == null || !source.requireObject("an object: {item, at, do, output, export}")) {
      return null;
    }
    source.allow("foreach", Set.of("item", "at", "do", "output", "export"), Set.of());
    var item = TaskCompiler.variable(source.member("item"), "item");
    var index = TaskCompiler.variable(source.member("at"), "index");
    if (item.equals(index)) {
      source.error("'item' and 'at' need different names");
      return null;
    }
    var inner = at.names().with(item, index);
    var body = source.member("do");
    return new Foreach(
        item,
        index,
        body == null
            ? new Block(List.of())
            : tasks.block(
                body, new Placement(at.pointer() + "/foreach/do", inner, Map.of(), at.callers())),
        transforms.output(source.member("output"), inner.inside()),
        transforms.output(source.member("export"), inner.after()));
  }

  private static @Nullable String signal(Source task) {
    var name = task.present("metadata").present("millrace").member("signal");
    return name == null ? null : name.text("the name of a signal");
  }
}
