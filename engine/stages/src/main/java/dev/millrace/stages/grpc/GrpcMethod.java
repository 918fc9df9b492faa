package dev.millrace.stages.grpc;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageOrBuilder;
import com.google.protobuf.util.JsonFormat;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.protobuf.ProtoUtils;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A method of a service, and protobuf's JSON mapping of its messages.
 *
 * <p>Of a response every field is there, also one that has its default value, unless the .proto
 * file makes it optional. Whole numbers of 64 bits are text, as the mapping has it.
 */
record GrpcMethod(
    MethodDescriptor<DynamicMessage, DynamicMessage> descriptor,
    DynamicMessage request,
    JsonFormat.Printer printer) {
  private static final JsonMapper JSON = new JsonMapper();

  /**
   * @throws IllegalArgumentException if the file has no such method, the method wants a stream of
   *     requests, or the arguments are no request
   */
  static GrpcMethod of(FileDescriptor file, GrpcCall call) {
    var service = service(file, call.service());
    var method = service.findMethodByName(call.method());
    if (method == null) {
      throw new IllegalArgumentException(
          "service '%s' has no method '%s', it has %s"
              .formatted(
                  service.getFullName(),
                  call.method(),
                  service.getMethods().stream()
                      .map(it -> it.getName())
                      .collect(Collectors.joining(", "))));
    }
    if (method.isClientStreaming()) {
      throw new IllegalArgumentException(
          "'%s' wants a stream of requests, and a call has one".formatted(method.getFullName()));
    }
    var types = types(file);
    var request = DynamicMessage.newBuilder(method.getInputType());
    try {
      JsonFormat.parser().usingTypeRegistry(types).merge(call.arguments().toString(), request);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "the arguments are no %s: %s"
              .formatted(method.getInputType().getFullName(), e.getMessage()),
          e);
    }
    var descriptor =
        MethodDescriptor.<DynamicMessage, DynamicMessage>newBuilder()
            .setType(method.isServerStreaming() ? MethodType.SERVER_STREAMING : MethodType.UNARY)
            .setFullMethodName(
                MethodDescriptor.generateFullMethodName(service.getFullName(), method.getName()))
            .setRequestMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getInputType())))
            .setResponseMarshaller(
                ProtoUtils.marshaller(DynamicMessage.getDefaultInstance(method.getOutputType())))
            .build();
    return new GrpcMethod(
        descriptor,
        request.build(),
        JsonFormat.printer()
            .usingTypeRegistry(types)
            .alwaysPrintFieldsWithNoPresence()
            .omittingInsignificantWhitespace());
  }

  boolean isStream() {
    return descriptor.getType() == MethodType.SERVER_STREAMING;
  }

  /**
   * @throws IllegalArgumentException if it holds an Any of a type that the files do not describe
   */
  JsonNode json(MessageOrBuilder message) {
    try {
      return JSON.readTree(printer.print(message));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(
          "the response cannot be written as JSON: " + e.getMessage(), e);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("protobuf's printer does not write JSON", e);
    }
  }

  private static ServiceDescriptor service(FileDescriptor file, String name) {
    return files(file).stream()
        .flatMap(it -> it.getServices().stream())
        .filter(it -> it.getFullName().equals(name) || it.getName().equals(name))
        .findFirst()
        .orElseThrow(() ->
            new IllegalArgumentException("%s has no service '%s'".formatted(file.getName(), name)));
  }

  private static JsonFormat.TypeRegistry types(FileDescriptor file) {
    var types = JsonFormat.TypeRegistry.newBuilder();
    files(file).forEach(it -> types.add(it.getMessageTypes()));
    return types.build();
  }

  private static Set<FileDescriptor> files(FileDescriptor file) {
    var files = new LinkedHashSet<FileDescriptor>();
    collect(file, files);
    return files;
  }

  private static void collect(FileDescriptor file, Set<FileDescriptor> files) {
    if (files.add(file)) {
      file.getDependencies().forEach(it -> collect(it, files));
    }
  }
}
