package dev.millrace.core.plan;

import dev.millrace.core.StageName;
import java.util.Map;

/** Definitions for tests. */
final class Definitions {
  static final FunctionCatalog CATALOG =
      new FunctionCatalog(
          Map.of(
              "echo", new StageName("echo"),
              "rag.retrieve", new StageName("retrieve"),
              "rag.validate", new StageName("validate"),
              "llm.chat", new StageName("generate")));

  static final String HEAD =
      """
      document:
        dsl: '1.0.3'
        namespace: test
        name: test
        version: '1.0.0'
      """;

  private static final String USE =
      """

      use:
        errors:
          outOfStock: {type: 'https://example.com/errors/out-of-stock', status: 409}
        retries:
          transient: {delay: PT1S, backoff: {exponential: {}}, limit: {attempt: {count: 3}}}
        timeouts:
          slow: {after: PT1M}
        functions:
          greet: {set: {text: '${ "Hello \\(.name)" }'}}
          checked: {input: {schema: {document: {type: object}}}, set: '${ . }'}
          again: {do: [{more: {call: again}}]}
      """;

  private Definitions() {}

  /** A definition with these tasks, the first of them on line 7. */
  static String definition(String tasks) {
    var functions = tasks.contains("again") ? USE : USE.replaceAll(" *again:.*\n", "");
    return HEAD + "do:\n" + tasks + "\n" + functions;
  }
}
