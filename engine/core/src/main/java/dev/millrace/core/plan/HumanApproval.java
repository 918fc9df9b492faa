package dev.millrace.core.plan;

import dev.millrace.core.definition.DefinitionReader;
import dev.millrace.core.definition.InvalidDefinitionException;
import java.util.Set;

/**
 * {@code human-approval:1.0.0@default}: asks people, waits for what they decide, and escalates when
 * they do not. It is nothing but the language: whatever it does a definition could do itself.
 */
final class HumanApproval {
  static final String NAME = "human-approval";
  private static final Set<String> ARGUMENTS =
      Set.of("approvers", "choices", "escalation", "id", "otherwise", "sla", "title");

  private static final String DEFINITION =
      """
      do:
        - request:
            emit:
              event:
                with:
                  type: dev.millrace.approval.requested.v1
                  subject: '${ $workflow.id }'
                  data: '${ { approvalId: ($workflow.id + "/" + (.id // "approval")), title: .title, choices: (.choices // ["approve", "reject"]), approvers: (.approvers // []), decideWithin: (.sla // "P7D") } }'
            output: { as: '${ $input }' }
        - decision:
            try:
              - first:
                  listen: { to: { one: { with: { type: dev.millrace.approval.decided.v1 }, correlate: { approval: { from: '${ .data.approvalId }', expect: '${ $workflow.id + "/" + (.id // "approval") }' } } } } }
                  timeout: { after: '${ .sla // "P7D" }' }
                  output: { as: '${ .[0] + { escalated: false } }' }
                  metadata: { millrace: { signal: approval } }
            catch:
              errors: { with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeout' } }
              as: late
              do:
                - escalation:
                    if: '${ .escalation != null }'
                    do:
                      - escalated:
                          emit:
                            event:
                              with:
                                type: dev.millrace.approval.escalated.v1
                                subject: '${ $workflow.id }'
                                data: '${ { approvalId: ($workflow.id + "/" + (.id // "approval")), title: .title, choices: (.choices // ["approve", "reject"]), approvers: (.escalation.to // []), decideWithin: (.escalation.sla // "P7D") } }'
                          output: { as: '${ $input }' }
                      - again:
                          try:
                            - second:
                                listen: { to: { one: { with: { type: dev.millrace.approval.decided.v1 }, correlate: { approval: { from: '${ .data.approvalId }', expect: '${ $workflow.id + "/" + (.id // "approval") }' } } } } }
                                timeout: { after: '${ .escalation.sla // "P7D" }' }
                                output: { as: '${ .[0] + { escalated: true } }' }
                                metadata: { millrace: { signal: approval } }
                          catch:
                            errors: { with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeout' } }
                            as: tooLate
                            do: [ { nobody: { set: '${ . }' } } ]
                - conclude:
                    switch:
                      - decided: { when: '${ has("choice") }', then: exit }
                      - otherwise: { when: '${ .otherwise != null }', then: fallBack }
                      - nobody: { then: fail }
                - fallBack:
                    set: { choice: '${ .otherwise }', by: timeout, escalated: '${ .escalation != null }' }
                    then: exit
                - fail:
                    raise:
                      error:
                        type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout
                        status: 408
                        title: Timeout
                        detail: nobody decided in time
      """;

  private HumanApproval() {}

  /** Whether the arguments are those of the function; reports what is wrong with them. */
  static boolean accepts(Source call) {
    var with = call.required("with", "what to decide: {title, choices, sla}");
    if (with == null || !with.requireObject("an object of arguments")) {
      return false;
    }
    with.allow(NAME, ARGUMENTS, Set.of());
    var escalation = with.member("escalation");
    if (escalation != null && escalation.requireObject("whom to ask next: {to, sla}")) {
      escalation.allow("an escalation", Set.of("to", "sla"), Set.of());
    }
    return with.required("title", "what to decide, for people") != null;
  }

  static Source source(Findings findings) {
    try {
      var definition = DefinitionReader.read(DEFINITION).root();
      return new Source(definition, "/" + NAME, findings);
    } catch (InvalidDefinitionException e) {
      throw new IllegalStateException("a definition of our own is wrong", e);
    }
  }
}
