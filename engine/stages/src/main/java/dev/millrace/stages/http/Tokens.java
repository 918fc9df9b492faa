package dev.millrace.stages.http;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import dev.millrace.stages.secret.Redaction;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The tokens of this process, kept until shortly before they expire. Whoever needs one that is not
 * there gets it, and others who need the same one wait for that.
 */
final class Tokens {
  /** Tokens kept. */
  static final int TOKENS_MAX = 1_000;

  /** A token is not used for the last of its life: it would expire on the way. */
  static final Duration MARGIN = Duration.ofSeconds(10);

  /** How long a token is kept whose server does not say how long it lives. */
  static final Duration LIFE_UNSAID = Duration.ofMinutes(1);

  /** Longest life that is believed. */
  static final Duration LIFE_MAX = Duration.ofHours(24);

  /** Locks, each for those grants that fall to it. */
  private static final int LOCKS = 64;

  private final TokenEndpoint endpoint;
  private final InstantSource clock;
  private final Cache<TokenGrant, Kept> kept;
  private final ReentrantLock[] locks = new ReentrantLock[LOCKS];

  /**
   * @param until when it is no longer used
   */
  private record Kept(String token, Instant until) {}

  Tokens(TokenEndpoint endpoint, InstantSource clock) {
    this.endpoint = endpoint;
    this.clock = clock;
    this.kept =
        Caffeine.newBuilder()
            .maximumSize(TOKENS_MAX)
            .expireAfter(
                Expiry.<TokenGrant, Kept>creating(
                    (_, token) -> Duration.between(clock.instant(), token.until())))
            .build();
    for (var i = 0; i < LOCKS; i++) {
      locks[i] = new ReentrantLock();
    }
  }

  /**
   * @throws NoTokenException if there is none to be had
   * @throws IllegalArgumentException if the authority is no place to ask
   */
  String token(TokenGrant grant) throws IOException, InterruptedException, NoTokenException {
    var token = fresh(grant);
    Redaction.hide(token);
    return token;
  }

  private String fresh(TokenGrant grant)
      throws IOException, InterruptedException, NoTokenException {
    var found = kept.getIfPresent(grant);
    if (found != null && isUsable(found)) {
      return found.token();
    }
    var lock = locks[Math.floorMod(grant.hashCode(), LOCKS)];
    lock.lockInterruptibly();
    try {
      var meanwhile = kept.getIfPresent(grant);
      return meanwhile != null && isUsable(meanwhile) ? meanwhile.token() : fetched(grant);
    } finally {
      lock.unlock();
    }
  }

  private String fetched(TokenGrant grant)
      throws IOException, InterruptedException, NoTokenException {
    var issued = endpoint.issue(grant);
    var life = issued.life().isPositive() ? issued.life() : LIFE_UNSAID;
    var believed = life.compareTo(LIFE_MAX) < 0 ? life : LIFE_MAX;
    kept.put(grant, new Kept(issued.token(), clock.instant().plus(believed).minus(MARGIN)));
    return issued.token();
  }

  private boolean isUsable(Kept token) {
    return clock.instant().isBefore(token.until());
  }

  /** The server refused the token that is kept. */
  void forget(TokenGrant grant) {
    kept.invalidate(grant);
  }

  /** Takes the token that is kept, if there is one, out of what this attempt says. */
  void hide(TokenGrant grant) {
    var found = kept.getIfPresent(grant);
    if (found != null) {
      Redaction.hide(found.token());
    }
  }

  /** The server refused this token; another that has come meanwhile stays. */
  void forget(TokenGrant grant, String token) {
    var found = kept.getIfPresent(grant);
    if (found != null && found.token().equals(token)) {
      kept.asMap().remove(grant, found);
    }
  }
}
