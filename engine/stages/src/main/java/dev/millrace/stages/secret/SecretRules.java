package dev.millrace.stages.secret;

import dev.millrace.core.DefinitionId;
import dev.millrace.stages.StageSettings;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which workflow may use which secrets of this process: none, unless a rule says so. Whoever may
 * deploy a definition would otherwise have every secret, and send it anywhere.
 *
 * <p>Written {@code sales/order: shop-key, clerk; travel/*: airline-*}: namespace and name of a
 * workflow, whatever its version, and names of secrets; {@code *} stands for any characters.
 */
public final class SecretRules {
  /** Setting that holds the rules. */
  public static final String ALLOW_SETTING = "secrets.allow";

  /** Variable that holds them where the setting does not. */
  public static final String ALLOW_VARIABLE = "MILLRACE_SECRETS_ALLOW";

  /** Rules of one process. */
  public static final int RULES_MAX = 1_000;

  private static final Pattern WORKFLOW = Pattern.compile("[A-Za-z0-9*-]+/[A-Za-z0-9*-]+");
  private static final Pattern SECRET = Pattern.compile("[A-Za-z0-9._*-]+");

  private final List<Rule> rules;

  private SecretRules(List<Rule> rules) {
    this.rules = List.copyOf(rules);
  }

  private record Rule(Pattern workflow, List<Pattern> secrets) {
    boolean allows(String asking, String secret) {
      return workflow.matcher(asking).matches()
          && secrets.stream().anyMatch(name -> name.matcher(secret).matches());
    }
  }

  /**
   * @throws IllegalArgumentException if the text is none; the message says what is wrong with it
   */
  public static SecretRules parse(String text) {
    var rules =
        Arrays.stream(text.split(";"))
            .map(String::strip)
            .filter(rule -> !rule.isEmpty())
            .map(SecretRules::rule)
            .toList();
    if (rules.size() > RULES_MAX) {
      throw wrong("more than RULES_MAX = %,d rules".formatted(RULES_MAX));
    }
    return new SecretRules(rules);
  }

  /**
   * @throws IllegalArgumentException if the setting holds no rules
   */
  public static SecretRules of(StageSettings settings) {
    return settings
        .value(ALLOW_SETTING)
        .map(SecretRules::parse)
        .orElseGet(SecretRules::ofEnvironment);
  }

  /**
   * @throws IllegalArgumentException if the variable holds no rules
   */
  public static SecretRules ofEnvironment() {
    var text = System.getenv(ALLOW_VARIABLE);
    return parse(text == null ? "" : text);
  }

  /** Every workflow may use every secret. */
  public static SecretRules everything() {
    return parse("*/*: *");
  }

  /**
   * @param asking null if the request does not say, which only a rule for every workflow covers
   * @throws MissingSecretException if that workflow may not use the secret
   */
  void check(@Nullable DefinitionId asking, String secret) throws MissingSecretException {
    var workflow = asking == null ? "/" : asking.namespace() + "/" + asking.name();
    if (rules.stream().noneMatch(rule -> rule.allows(workflow, secret))) {
      throw new MissingSecretException(
          "the workflow %s may not use the secret '%s'; whoever runs the worker may allow it: --set '%s=%s: %s'"
              .formatted(
                  asking == null ? "of a request that names none" : "'" + workflow + "'",
                  secret,
                  ALLOW_SETTING,
                  asking == null ? "*/*" : workflow,
                  secret));
    }
  }

  private static Rule rule(String text) {
    int colon = text.indexOf(':');
    var workflow = colon < 0 ? "" : text.substring(0, colon).strip();
    var secrets =
        colon < 0
            ? List.<String>of()
            : Arrays.stream(text.substring(colon + 1).split(",")).map(String::strip).toList();
    if (!WORKFLOW.matcher(workflow).matches()
        || secrets.isEmpty()
        || !secrets.stream().allMatch(name -> SECRET.matcher(name).matches())) {
      throw wrong("'" + text + "'");
    }
    return new Rule(glob(workflow), secrets.stream().map(SecretRules::glob).toList());
  }

  private static IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(
        "%s is written namespace/name: secret, secret; …, got %s".formatted(ALLOW_SETTING, what));
  }

  /** No star reaches over the slash. */
  private static Pattern glob(String text) {
    return Pattern.compile(Pattern.quote(text).replace("*", "\\E[^/]*\\Q"));
  }
}
