package dev.millrace.server.conformance;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A challenge, and whether it is answered by whoever knows the shop's credentials. */
final class Digest {
  private static final String NONCE = "7f3a";
  static final String CHALLENGE =
      "Digest realm=\"shop\", qop=\"auth\", algorithm=SHA-256, nonce=\"" + NONCE + "\"";

  private static final Pattern PARAMETER = Pattern.compile("(\\w+)=(?:\"([^\"]*)\"|([^,\\s]+))");

  private Digest() {}

  static boolean isAnswered(@Nullable String authorization, String method, String uri) {
    var said = parameters(String.valueOf(authorization));
    var secret = hash(WebPeer.USERNAME + ":shop:" + WebPeer.PASSWORD);
    var expected =
        hash(
            String.join(
                ":",
                secret,
                NONCE,
                String.valueOf(said.get("nc")),
                String.valueOf(said.get("cnonce")),
                "auth",
                hash(method + ":" + uri)));
    return expected.equals(said.get("response"));
  }

  private static Map<String, String> parameters(String header) {
    var parameters = new HashMap<String, String>();
    PARAMETER
        .matcher(header)
        .results()
        .forEach(found ->
            parameters.put(
                found.group(1), found.group(2) == null ? found.group(3) : found.group(2)));
    return parameters;
  }

  private static String hash(String text) {
    try {
      return HexFormat.of()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }
}
