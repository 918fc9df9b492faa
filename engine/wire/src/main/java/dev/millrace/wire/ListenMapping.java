package dev.millrace.wire;

import static dev.millrace.wire.CommonMapping.timeNullable;
import static dev.millrace.wire.JsonBytes.decode;
import static dev.millrace.wire.JsonBytes.decodeNullable;
import static dev.millrace.wire.JsonBytes.encode;
import static dev.millrace.wire.JsonBytes.encodeNullable;

import com.fasterxml.jackson.databind.JsonNode;
import dev.millrace.core.workflow.Awaited;
import dev.millrace.core.workflow.Frame;
import dev.millrace.core.workflow.WorkflowEvent;
import dev.millrace.schema.v1.EventConsumed;
import dev.millrace.schema.v1.EventHandled;
import dev.millrace.schema.v1.EventHandlingStarted;
import dev.millrace.schema.v1.ListenFrame;
import dev.millrace.schema.v1.ListenStarted;
import dev.millrace.schema.v1.SignalBuffered;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Waiting for events and signals: the events of it, and the frame. */
final class ListenMapping {
  private ListenMapping() {}

  static ListenStarted toAvro(WorkflowEvent.ListenStarted it) {
    return new ListenStarted(
        CommonMapping.toAvro(it.position()),
        encodeNullable(it.input()),
        awaited(it.awaited()),
        timeNullable(it.deadline()));
  }

  static WorkflowEvent.ListenStarted toCore(ListenStarted it, Instant at) {
    return new WorkflowEvent.ListenStarted(
        CommonMapping.toCore(it.getPosition()),
        decodeNullable(it.getInput()),
        toAwaited(it.getAwaited()),
        it.getDeadline(),
        at);
  }

  static EventConsumed toAvro(WorkflowEvent.EventConsumed it) {
    return new EventConsumed(
        CommonMapping.toAvro(it.position()),
        it.filter(),
        encodeNullable(it.item()),
        values(it.expected()),
        it.isHandled(),
        it.isOver(),
        it.signal());
  }

  static WorkflowEvent.EventConsumed toCore(EventConsumed it, Instant at) {
    return new WorkflowEvent.EventConsumed(
        CommonMapping.toCore(it.getPosition()),
        it.getFilter(),
        decodeNullable(it.getItem()),
        toValues(it.getExpected()),
        it.getIsHandled(),
        it.getIsOver(),
        it.getSignal(),
        at);
  }

  static EventHandlingStarted toAvro(WorkflowEvent.EventHandlingStarted it) {
    return new EventHandlingStarted(CommonMapping.toAvro(it.position()));
  }

  static WorkflowEvent.EventHandlingStarted toCore(EventHandlingStarted it, Instant at) {
    return new WorkflowEvent.EventHandlingStarted(CommonMapping.toCore(it.getPosition()), at);
  }

  static EventHandled toAvro(WorkflowEvent.EventHandled it) {
    return new EventHandled(
        CommonMapping.toAvro(it.position()),
        encodeNullable(it.output()),
        encodeNullable(it.context()));
  }

  static WorkflowEvent.EventHandled toCore(EventHandled it, Instant at) {
    return new WorkflowEvent.EventHandled(
        CommonMapping.toCore(it.getPosition()),
        decodeNullable(it.getOutput()),
        decodeNullable(it.getContext()),
        at);
  }

  static SignalBuffered toAvro(WorkflowEvent.SignalBuffered it) {
    return new SignalBuffered(it.name(), encode(it.event()));
  }

  static WorkflowEvent.SignalBuffered toCore(SignalBuffered it, Instant at) {
    return new WorkflowEvent.SignalBuffered(it.getName(), decode(it.getEvent()), at);
  }

  static ListenFrame toAvro(Frame.Listen it) {
    return new ListenFrame(
        FrameMapping.toAvro(it.entry()),
        awaited(it.awaited()),
        it.satisfied().stream().sorted().toList(),
        it.results().stream().map(JsonBytes::encode).toList(),
        it.queue().stream().map(JsonBytes::encode).toList(),
        encodeNullable(it.handling()),
        it.handled(),
        it.isOver(),
        FrameMapping.toAvro(it.cursor()));
  }

  static Frame.Listen toCore(ListenFrame it) {
    return new Frame.Listen(
        FrameMapping.toCore(it.getEntry()),
        toAwaited(it.getAwaited()),
        new HashSet<>(it.getSatisfied()),
        it.getResults().stream().map(JsonBytes::decode).toList(),
        it.getQueue().stream().map(JsonBytes::decode).toList(),
        decodeNullable(it.getHandling()),
        it.getHandled(),
        it.getIsOver(),
        FrameMapping.toCore(it.getCursor()));
  }

  private static List<dev.millrace.schema.v1.Awaited> awaited(List<Awaited> awaited) {
    return awaited.stream()
        .map(it -> new dev.millrace.schema.v1.Awaited(it.channel(), values(it.expected())))
        .toList();
  }

  private static List<Awaited> toAwaited(List<dev.millrace.schema.v1.Awaited> awaited) {
    return awaited.stream()
        .map(it -> new Awaited(it.getChannel(), toValues(it.getExpected())))
        .toList();
  }

  /** In the order of the names, so that equal records have equal bytes. */
  private static Map<String, ByteBuffer> values(Map<String, JsonNode> values) {
    var written = new TreeMap<String, ByteBuffer>();
    values.forEach((name, value) -> written.put(name, encode(value)));
    return written;
  }

  private static Map<String, JsonNode> toValues(Map<String, ByteBuffer> written) {
    var values = new HashMap<String, JsonNode>();
    written.forEach((name, value) -> values.put(name, decode(value)));
    return values;
  }
}
