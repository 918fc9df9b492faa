package dev.millrace.core.builder;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** The kinds of tasks. Values may hold {@link Expression}s anywhere inside. */
public final class Tasks {
  private Tasks() {}

  /** Its output is the value: an object, or an expression. */
  public static PlainTask set(String name, Object value) {
    return new PlainTask(name).set("set", value);
  }

  /** Waits; called so because every object has a {@code wait} already. */
  public static PlainTask pause(String name, Duration duration) {
    return new PlainTask(name).set("wait", duration);
  }

  /** Waits for as long as an expression says, in ISO 8601. */
  public static PlainTask pause(String name, Expression duration) {
    return new PlainTask(name).set("wait", duration);
  }

  /** The name of an error in {@code use.errors}. */
  public static PlainTask raise(String name, String error) {
    return new PlainTask(name).setIn("raise", "error", error);
  }

  public static PlainTask raise(String name, String type, int status, String title, Object detail) {
    var error = Map.of("type", type, "status", status, "title", title, "detail", detail);
    return new PlainTask(name).setIn("raise", "error", error);
  }

  /** One task after the other. */
  public static PlainTask sequence(String name, Task<?>... tasks) {
    return new PlainTask(name).setList("do", List.of(tasks));
  }

  /** All at the same time; its output is a list in this order. */
  public static PlainTask fork(String name, Task<?>... branches) {
    return new PlainTask(name).setIn("fork", "branches", Task.list(List.of(branches)));
  }

  /** All at the same time; the first to end counts, the others are cancelled. */
  public static PlainTask race(String name, Task<?>... branches) {
    return fork(name, branches).setIn("fork", "compete", true);
  }

  /**
   * @param event attributes of the CloudEvent, {@code type} among them
   */
  public static PlainTask emit(String name, Map<String, ?> event) {
    return new PlainTask(name).setIn("emit", "event", Map.of("with", event));
  }

  /**
   * @param to {@code one}, {@code any} or {@code all}, with filters as the language has them
   */
  public static PlainTask listen(String name, Map<String, ?> to) {
    return new PlainTask(name).setIn("listen", "to", to);
  }

  /** Listens for one event of a type. */
  public static PlainTask listenFor(String name, String type) {
    return listen(name, Map.of("one", Map.of("with", Map.of("type", type))));
  }

  /**
   * @param what {@code container}, {@code script}, {@code shell} or {@code workflow}
   */
  public static PlainTask run(String name, String what, Map<String, ?> process) {
    return new PlainTask(name).setIn("run", what, process);
  }

  public static ForTask forEach(String name, String each, Object in, Task<?>... body) {
    return new ForTask(name, each, in, List.of(body));
  }

  public static SwitchTask choose(String name) {
    return new SwitchTask(name);
  }

  public static TryTask attempt(String name, Task<?>... body) {
    return new TryTask(name, List.of(body));
  }

  /**
   * @param function of {@code use.functions}, {@code name:version@catalog}, or a protocol
   */
  public static CallTask call(String name, String function) {
    return new CallTask(name, function);
  }

  public static CallTask call(String name, JavaFunction<?, ?> function) {
    return new CallTask(name, function.qualifiedName());
  }

  public static CallTask http(String name, String method, Object endpoint) {
    return call(name, "http").with("method", method).with("endpoint", endpoint);
  }
}
