package dev.millrace.stages.grpc;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.millrace.stages.http.Authentication;
import dev.millrace.stages.http.Endpoint;

/**
 * What a {@code call: grpc} task asks for, read from its evaluated arguments.
 *
 * @param service name, with or without its package
 * @param arguments an object: the request message in protobuf's JSON
 */
record GrpcCall(
    Endpoint proto,
    String service,
    Address address,
    Authentication authentication,
    String method,
    JsonNode arguments) {
  private static final int PORT_DEFAULT = 443;
  private static final int PORT_MAX = 65_535;

  /** Where a service is. */
  record Address(String host, int port) {
    @Override
    public String toString() {
      return host + ":" + port;
    }
  }

  /**
   * @throws IllegalArgumentException if the arguments are none of a gRPC call; the message names
   *     the argument
   */
  static GrpcCall read(JsonNode arguments) {
    var message = arguments.path("arguments");
    if (!message.isMissingNode() && !message.isNull() && !message.isObject()) {
      throw new IllegalArgumentException("'arguments' is an object");
    }
    return new GrpcCall(
        proto(arguments.path("proto")),
        text(arguments.path("service"), "name"),
        address(arguments),
        Authentication.read(arguments.path("service").path("authentication")),
        text(arguments, "method"),
        message.isObject() ? message : JsonNodeFactory.instance.objectNode());
  }

  /**
   * @throws IllegalArgumentException if the arguments name no service
   */
  static Address address(JsonNode arguments) {
    var service = arguments.path("service");
    int port = service.path("port").asInt(PORT_DEFAULT);
    if (port < 1 || port > PORT_MAX) {
      throw new IllegalArgumentException("'service.port' is from 1 to 65535, got " + port);
    }
    return new Address(text(service, "host"), port);
  }

  /** As an error may show it. */
  String shown() {
    return service + "/" + method + " at " + address;
  }

  private static Endpoint proto(JsonNode node) {
    var proto = Endpoint.read(node);
    var path = proto.uri().getPath();
    if (path == null || path.isEmpty() || path.endsWith("/")) {
      throw new IllegalArgumentException("'proto' is the URI of a file");
    }
    return proto;
  }

  private static String text(JsonNode node, String name) {
    var value = node.path(name);
    if (!value.isTextual() || value.textValue().isBlank()) {
      throw new IllegalArgumentException("'" + name + "' is text");
    }
    return value.textValue();
  }
}
