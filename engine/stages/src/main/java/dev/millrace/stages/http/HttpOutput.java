package dev.millrace.stages.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.util.Base64;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * A response as the task's output. Content is read by its type: JSON as what it says, text as text,
 * anything else in Base64, nothing as null.
 */
final class HttpOutput {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Pattern JSON_TYPE = Pattern.compile("application/(.+\\+)?json");
  private static final Pattern TEXT_TYPE =
      Pattern.compile(
          "|text/.*|.*[/+](xml|yaml|x-yaml|javascript|graphql)|application/x-www-form-urlencoded");
  private static final Pattern CHARSET = Pattern.compile("(?i)charset=\"?([^\\s;\"]+)");

  private HttpOutput() {}

  /** Empty if the content is not what its type says. */
  static Optional<JsonNode> of(HttpCall call, HttpResponse<?> response, byte[] bytes) {
    return switch (call.output()) {
      case RAW -> Optional.of(base64(bytes));
      case CONTENT -> content(response, bytes);
      case RESPONSE -> content(response, bytes).map(content -> whole(call, response, content));
    };
  }

  private static Optional<JsonNode> content(HttpResponse<?> response, byte[] bytes) {
    if (bytes.length == 0) {
      return Optional.of(NODES.nullNode());
    }
    var header = response.headers().firstValue("content-type").orElse("");
    var type = header.split(";", 2)[0].strip().toLowerCase(Locale.ROOT);
    if (JSON_TYPE.matcher(type).matches()) {
      return json(bytes);
    }
    return Optional.of(
        TEXT_TYPE.matcher(type).matches()
            ? NODES.textNode(new String(bytes, charset(header)))
            : base64(bytes));
  }

  private static Optional<JsonNode> json(byte[] bytes) {
    try {
      return Optional.of(JSON.readTree(bytes));
    } catch (JacksonException _) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException("bytes in memory cannot fail to be read", e);
    }
  }

  private static Charset charset(String contentType) {
    var named = CHARSET.matcher(contentType);
    try {
      return named.find() ? Charset.forName(named.group(1)) : UTF_8;
    } catch (IllegalCharsetNameException | UnsupportedCharsetException _) {
      return UTF_8;
    }
  }

  private static JsonNode base64(byte[] bytes) {
    return NODES.textNode(Base64.getEncoder().encodeToString(bytes));
  }

  /** The headers of the call, and the credentials it was sent with. */
  static Map<String, String> sent(HttpCall call, HttpResponse<?> response) {
    var sent = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    sent.putAll(call.headers());
    response
        .request()
        .headers()
        .firstValue(AuthorizedClient.AUTHORIZATION)
        .ifPresent(value -> sent.put(AuthorizedClient.AUTHORIZATION, value));
    return sent;
  }

  private static ObjectNode whole(HttpCall call, HttpResponse<?> response, JsonNode content) {
    var whole = NODES.objectNode();
    var request = whole.putObject("request");
    request.put("method", call.method());
    request.put("uri", call.uri().toString());
    var sent = request.putObject("headers");
    sent(call, response).forEach((name, value) -> sent.put(name, Secrets.shown(name, value)));
    whole.put("statusCode", response.statusCode());
    var received = whole.putObject("headers");
    response
        .headers()
        .map()
        .forEach(
            (name, values) -> received.put(name, Secrets.shown(name, String.join(", ", values))));
    whole.set("content", content);
    return whole;
  }
}
