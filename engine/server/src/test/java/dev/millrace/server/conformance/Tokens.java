package dev.millrace.server.conformance;

import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** The tokens the peers' authority has given, which every other peer knows. */
final class Tokens {
  static final String CLIENT_SECRET = "sesame-3f9a";
  private final Map<String, AtomicInteger> given = new ConcurrentHashMap<>();

  /**
   * @param number of the client's tokens, from 1
   */
  record Token(String client, int number) {
    String text() {
      return "token:" + client + ":" + number;
    }
  }

  Token give(String client) {
    var number = given.computeIfAbsent(client, _ -> new AtomicInteger()).incrementAndGet();
    return new Token(client, number);
  }

  /** Empty if nobody was given such a token. */
  Optional<Token> known(@Nullable String authorization) {
    var parts = String.valueOf(authorization).split(":", -1);
    if (parts.length != 3 || !parts[0].equals("Bearer token")) {
      return Optional.empty();
    }
    var number = Integer.parseInt(parts[2]);
    var last = given.get(parts[1]);
    return last == null || number < 1 || number > last.get()
        ? Optional.empty()
        : Optional.of(new Token(parts[1], number));
  }

  /** The same, for a peer that takes no client's first token. */
  Optional<Token> later(@Nullable String authorization) {
    return known(authorization).filter(token -> token.number() > 1);
  }
}
