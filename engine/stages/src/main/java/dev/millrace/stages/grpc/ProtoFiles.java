package dev.millrace.stages.grpc;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.protobuf.AnyProto;
import com.google.protobuf.ApiProto;
import com.google.protobuf.DescriptorProtos;
import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import com.google.protobuf.DurationProto;
import com.google.protobuf.EmptyProto;
import com.google.protobuf.FieldMaskProto;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.SourceContextProto;
import com.google.protobuf.StructProto;
import com.google.protobuf.TimestampProto;
import com.google.protobuf.TypeProto;
import com.google.protobuf.WrappersProto;
import com.squareup.wire.schema.Location;
import com.squareup.wire.schema.MessageType;
import com.squareup.wire.schema.ProtoFile;
import com.squareup.wire.schema.Schema;
import com.squareup.wire.schema.SchemaLoader;
import com.squareup.wire.schema.Type;
import com.squareup.wire.schema.internal.SchemaEncoder;
import com.squareup.wire.schema.internal.parser.ProtoParser;
import dev.millrace.stages.http.Endpoint;
import dev.millrace.stages.resource.ExternalResources;
import dev.millrace.stages.resource.ResourceException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Turns the text of {@code .proto} files into descriptors, without protoc: Square's Wire parses and
 * links them, and encodes them as the {@code FileDescriptorProto} that protoc would write. What
 * they import is read from beside them; what begins with {@code google/protobuf/} comes from the
 * protobuf runtime.
 */
final class ProtoFiles {

  /** Files that one description may consist of. */
  static final int FILES_MAX = 64;

  /** Descriptions kept. The one used longest ago goes first. */
  static final int KEPT_MAX = 64;

  private static final String WELL_KNOWN = "google/protobuf/";
  private final ExternalResources resources;
  private final Map<Map<String, String>, FileDescriptor> kept =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<Map<String, String>, FileDescriptor> eldest) {
          return size() > KEPT_MAX;
        }
      };

  ProtoFiles(ExternalResources resources) {
    this.resources = resources;
  }

  /**
   * @throws ResourceException if the file or one that it imports cannot be read
   * @throws IllegalArgumentException if they are no protocol buffers
   */
  FileDescriptor read(Endpoint proto) throws ResourceException, InterruptedException {
    var uri = proto.uri();
    var name = uri.getPath().substring(uri.getPath().lastIndexOf('/') + 1);
    var texts = texts(proto, name);
    synchronized (kept) {
      var known = kept.get(texts);
      if (known != null) {
        return known;
      }
    }
    var described = describe(texts, name);
    synchronized (kept) {
      kept.put(texts, described);
    }
    return described;
  }

  /** The file and all that it imports, by the names they are imported by. */
  private Map<String, String> texts(Endpoint proto, String name)
      throws ResourceException, InterruptedException {
    Map<String, String> texts = new LinkedHashMap<>();
    var missing = new ArrayDeque<>(List.of(name));
    while (!missing.isEmpty()) {
      var next = missing.remove();
      if (texts.containsKey(next) || next.startsWith(WELL_KNOWN)) {
        continue;
      }
      if (texts.size() == FILES_MAX) {
        throw new IllegalArgumentException("more than " + FILES_MAX + " .proto files");
      }
      var text = new String(resources.read(proto.at(beside(proto.uri(), name, next))), UTF_8);
      texts.put(next, text);
      missing.addAll(imports(next, text));
    }
    return texts;
  }

  private static URI beside(URI uri, String name, String imported) {
    if (imported.equals(name)) {
      return uri;
    }
    if (imported.startsWith("/") || imported.contains("..") || imported.contains(":")) {
      throw new IllegalArgumentException("'" + imported + "' is no import");
    }
    return uri.resolve(imported);
  }

  private static List<String> imports(String name, String text) {
    try {
      var file = ProtoParser.Companion.parse(Location.get(name), text);
      var imports = new java.util.ArrayList<>(file.getImports());
      imports.addAll(file.getPublicImports());
      return imports;
    } catch (RuntimeException e) { // whatever a parser throws at what is no .proto file
      throw new IllegalArgumentException(name + " is no .proto file: " + firstLine(e), e);
    }
  }

  /** Wire reads from folders only. */
  private static FileDescriptor describe(Map<String, String> texts, String name) {
    try {
      var folder = Files.createTempDirectory("millrace-proto-");
      try {
        for (var text : texts.entrySet()) {
          var path = folder.resolve(text.getKey());
          Files.createDirectories(path.getParent());
          Files.writeString(path, text.getValue());
        }
        return build(linked(folder), name);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new java.io.UncheckedIOException("no folder for .proto files", e);
    }
  }

  private static Schema linked(Path folder) {
    var loader = new SchemaLoader(FileSystems.getDefault());
    loader.initRoots(List.of(Location.get(folder.toString())), List.of());
    try {
      return loader.loadSchema();
    } catch (RuntimeException e) { // Wire has no exception of its own
      throw new IllegalArgumentException(
          "the .proto files do not fit together: "
              + firstLine(e).replace(folder.toString() + "/", ""),
          e);
    }
  }

  private static FileDescriptor build(Schema schema, String name) {
    Map<String, FileDescriptor> built = new HashMap<>();
    WellKnown.FILES.forEach(file -> built.put(file.getName(), file));
    try {
      return build(schema, new SchemaEncoder(schema), name, built);
    } catch (DescriptorValidationException | InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(name + " is not valid: " + firstLine(e), e);
    }
  }

  private static FileDescriptor build(
      Schema schema, SchemaEncoder encoder, String name, Map<String, FileDescriptor> built)
      throws DescriptorValidationException, InvalidProtocolBufferException {
    var known = built.get(name);
    if (known != null) {
      return known;
    }
    var file = schema.protoFile(name);
    if (file == null) {
      throw new IllegalArgumentException("there is no " + name);
    }
    var proto = withJsonNames(encoder.encode(file).toByteArray(), file);
    var imports = new FileDescriptor[proto.getDependencyCount()];
    for (int index = 0; index < imports.length; index++) {
      imports[index] = build(schema, encoder, proto.getDependency(index), built);
    }
    var descriptor = FileDescriptor.buildFrom(proto, imports);
    built.put(name, descriptor);
    return descriptor;
  }

  /** Wire's encoder leaves out {@code [json_name = …]}. */
  private static FileDescriptorProto withJsonNames(byte[] encoded, ProtoFile file)
      throws InvalidProtocolBufferException {
    var proto = FileDescriptorProto.parseFrom(encoded).toBuilder();
    nameFields(proto.getMessageTypeBuilderList(), file.getTypes());
    return proto.build();
  }

  private static void nameFields(List<DescriptorProto.Builder> messages, List<Type> types) {
    for (var type : types) {
      for (var message : messages) {
        if (type instanceof MessageType it
            && it.getType().getSimpleName().equals(message.getName())) {
          nameFields(message, it);
          nameFields(message.getNestedTypeBuilderList(), it.getNestedTypes());
        }
      }
    }
  }

  private static void nameFields(DescriptorProto.Builder message, MessageType type) {
    for (var field : message.getFieldBuilderList()) {
      var declared = type.field(field.getName());
      if (declared != null && declared.getDeclaredJsonName() != null) {
        field.setJsonName(declared.getDeclaredJsonName());
      }
    }
  }

  private static String firstLine(Throwable failure) {
    var message = String.valueOf(failure.getMessage()).strip();
    return message.lines().findFirst().orElse("");
  }

  private static void delete(Path folder) throws IOException {
    try (var paths = Files.walk(folder)) {
      for (var path : paths.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Made at first use: they take a while, and most commands of a terminal need none. */
  private static final class WellKnown {
    static final List<FileDescriptor> FILES =
        List.of(
            AnyProto.getDescriptor(),
            ApiProto.getDescriptor(),
            DescriptorProtos.getDescriptor(),
            DurationProto.getDescriptor(),
            EmptyProto.getDescriptor(),
            FieldMaskProto.getDescriptor(),
            SourceContextProto.getDescriptor(),
            StructProto.getDescriptor(),
            TimestampProto.getDescriptor(),
            TypeProto.getDescriptor(),
            WrappersProto.getDescriptor());
  }
}
