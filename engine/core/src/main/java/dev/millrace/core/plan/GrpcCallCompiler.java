package dev.millrace.core.plan;

import dev.millrace.core.expression.Template;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The arguments of {@code call: grpc}: {@code proto} (the URI of the service's description), {@code
 * service} with {@code name}, {@code host} and perhaps {@code port} and {@code authentication},
 * {@code method}, and {@code arguments} if the definition gives them.
 */
record GrpcCallCompiler(EndpointCompiler endpoints) {
  private static final Set<String> MEMBERS = Set.of("proto", "service", "method", "arguments");
  private static final Set<String> SERVICE = Set.of("name", "host", "port", "authentication");

  /** Those that are one value of the metadata; a digest answers a challenge that gRPC has not. */
  private static final Set<String> AUTHENTICATIONS = Set.of("basic", "bearer", "oauth2", "oidc");

  private static final Set<String> SCHEMES = Set.of("http", "https", "file");
  private static final int PORT_MAX = 65_535;

  Template compile(Source with, Set<String> variables) {
    with.allow("a grpc call", MEMBERS, Set.of());
    var arguments = new ArgumentCompiler(endpoints, variables);
    arguments.resource(with.required("proto", "where the .proto file is"), SCHEMES);
    arguments.put("service", service(with.required("service", "{name, host, port}"), variables));
    arguments.text(with.required("method", "the name of a method"), "the name of a method");
    arguments.object(with.member("arguments"), "an object of arguments or an expression");
    return arguments.template();
  }

  private @Nullable Template service(@Nullable Source source, Set<String> variables) {
    if (source == null || !source.requireObject("{name, host, port}")) {
      return null;
    }
    source.allow("a service", SERVICE, Set.of());
    var service = new ArgumentCompiler(endpoints, variables);
    service.text(source.required("name", "the name of the service"), "the name of the service");
    service.text(source.required("host", "the host of the service"), "the host of the service");
    service.number(source.member("port"), 1, PORT_MAX);
    service.put(
        "authentication",
        endpoints
            .authentications()
            .compile(source.member("authentication"), variables, AUTHENTICATIONS, "a grpc call"));
    return service.template();
  }
}
