package dev.millrace.stages.http;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;

/** Where something is, and as whom to ask for it. */
public record Endpoint(URI uri, Authentication authentication) {

  /** One that asks nobody who they are. */
  public Endpoint(URI uri) {
    this(uri, new Authentication.None());
  }

  /** Whether the argument can be one. */
  public static boolean isOne(JsonNode json) {
    return json.isTextual() || json.path("uri").isTextual();
  }

  /** The URI of an argument that may be an endpoint; empty if it is none. */
  public static String text(JsonNode json) {
    return json.isObject() ? json.path("uri").asText() : json.asText();
  }

  /**
   * @param json a URI, or {@code {uri, authentication}}
   * @throws IllegalArgumentException if it is none; the message repeats no credential
   */
  public static Endpoint read(JsonNode json) {
    return new Endpoint(URI.create(text(json)), Authentication.read(json.path("authentication")));
  }

  /** Where this one leads; credentials are for their own origin and go to no other. */
  public Endpoint at(URI other) {
    var same =
        uri.getRawAuthority() != null
            && HttpCall.origin(uri).equalsIgnoreCase(HttpCall.origin(other));
    return same ? new Endpoint(other, authentication) : new Endpoint(other);
  }
}
