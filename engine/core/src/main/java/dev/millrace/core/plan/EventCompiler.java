package dev.millrace.core.plan;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import dev.millrace.core.CanonicalJson;
import dev.millrace.core.expression.ExpressionBounds;
import dev.millrace.core.expression.Template;
import dev.millrace.core.expression.TemplateCompiler;
import dev.millrace.core.plan.EventFilter.Condition;
import dev.millrace.core.plan.EventFilter.Correlation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Events: those a task emits, and the filters for those it waits for.
 *
 * @see <a href="https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/spec.md">CloudEvents
 *     1.0.2, attributes and their names</a>
 */
record EventCompiler(Expressions expressions) {
  private static final Pattern ATTRIBUTE = Pattern.compile("[a-z0-9]{1,20}|data_base64");

  /** What makes a text a pattern; a full stop alone does not, because types are full of them. */
  private static final Pattern PATTERN_LIKE = Pattern.compile(".*[*+?\\[\\](){}|^$\\\\].*");

  /** {@code emit}. */
  TaskPlan emit(Source emit, TaskCommon common, Placement at) {
    var event = inside(emit, "emit", "event", "the event to emit: {with: {type, data}}");
    var with = event == null ? null : inside(event, "an event", "with", "its attributes");
    if (with == null || !with.requireObject("the attributes of an event")) {
      return at.nothing(common.name(), common.definition());
    }
    checkAttributes(with);
    with.required("type", "what kind of event it is");
    return new TaskPlan.Emit(common, expressions.template(with, at.names().inside()));
  }

  private static @Nullable Source inside(Source source, String what, String name, String expected) {
    if (!source.requireObject("an object: {" + name + "}")) {
      return null;
    }
    source.allow(what, Set.of(name), Set.of());
    return source.required(name, expected);
  }

  private static void checkAttributes(Source with) {
    for (var attribute : with.members()) {
      if (!ATTRIBUTE.matches(attribute.key())) {
        attribute.errorAtKey(
            "the attributes of an event have names of 1 to 20 lower-case letters and digits", null);
      }
    }
  }

  /**
   * A filter: {@code {with: {…}, correlate: {…}}}.
   *
   * @param variables that its expressions about the instance can use
   */
  EventFilter filter(Source source, Set<String> variables) {
    if (!source.requireObject("an event filter: {with: {type}}")) {
      return EventFilter.ANY;
    }
    source.allow("an event filter", Set.of("with", "correlate"), Set.of());
    var with = source.required("with", "the attributes an event has to have");
    var conditions = new ArrayList<Condition>();
    if (with != null && with.requireObject("attributes of an event: {type}")) {
      checkAttributes(with);
      with.members().forEach(attribute -> conditions.add(condition(attribute, variables)));
    }
    var correlate = source.member("correlate");
    var correlations = correlations(correlate, variables);
    return new EventFilter(signature(with, correlate), conditions, correlations);
  }

  private Condition condition(Source attribute, Set<String> variables) {
    var text = attribute.value().textValue();
    var name = attribute.key();
    if (text == null) {
      return new Condition.Equal(name, attribute.value());
    }
    if (TemplateCompiler.isEnclosed(text)) {
      return new Condition.Holding(name, expressions.expression(attribute, variables));
    }
    return PATTERN_LIKE.matches(text)
        ? pattern(attribute, text)
        : new Condition.Equal(name, attribute.value());
  }

  private static Condition pattern(Source attribute, String text) {
    try {
      if (text.length() <= ExpressionBounds.PATTERN_LENGTH_MAX) {
        return new Condition.Matching(attribute.key(), Pattern.compile(text));
      }
      attribute.error(
          "a pattern has at most " + ExpressionBounds.PATTERN_LENGTH_MAX + " characters");
    } catch (PatternSyntaxException e) {
      attribute.error("not a regular expression: " + e.getMessage());
    }
    return new Condition.Equal(attribute.key(), attribute.value());
  }

  private Map<String, Correlation> correlations(@Nullable Source correlate, Set<String> variables) {
    var correlations = new HashMap<String, Correlation>();
    if (correlate == null || !correlate.requireObject("correlations: {name: {from, expect}}")) {
      return correlations;
    }
    for (var each : correlate.members()) {
      if (each.requireObject("a correlation: {from, expect}")) {
        each.allow("a correlation", Set.of("from", "expect"), Set.of());
        var from = each.required("from", "an expression on the event");
        var expect = each.member("expect");
        correlations.put(
            each.key(),
            new Correlation(
                from == null
                    ? Template.constant(JsonNodeFactory.instance.nullNode())
                    : expressions.expression(from, Set.of()),
                expect == null ? null : expressions.template(expect, variables)));
      }
    }
    return correlations;
  }

  /** Of everything in a filter that does not depend on an instance. */
  private static String signature(@Nullable Source with, @Nullable Source correlate) {
    var signature = JsonNodeFactory.instance.objectNode();
    var attributes = signature.putObject("with");
    if (with != null && with.isObject()) {
      for (var attribute : with.members()) {
        if (!isExpression(attribute.value())) {
          attributes.set(attribute.key(), attribute.value());
        }
      }
    }
    var correlations = signature.putObject("correlate");
    if (correlate != null && correlate.isObject()) {
      for (var each : correlate.members()) {
        if (each.has("expect")) {
          correlations.set(each.key(), each.value().path("from"));
        }
      }
    }
    return CanonicalJson.hash(signature);
  }

  private static boolean isExpression(JsonNode value) {
    return value.isTextual() && TemplateCompiler.isEnclosed(value.textValue());
  }
}
