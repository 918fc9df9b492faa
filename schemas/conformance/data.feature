Feature: Conditions, context and data flow
  if decides on the raw input; input, output and export transform and hand on; $context is replaced.

  Scenario: A task whose condition is false is skipped and hands its input on
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: if-false, version: '1.0.0' }
      do:
        - gift:
            if: .vip
            set: { gift: true }
      """
    And the workflow input is:
      """yaml
      vip: false
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      vip: false
      """
    And gift should not run

  Scenario: A condition that yields nothing counts as false
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: if-null, version: '1.0.0' }
      do:
        - gift:
            if: .vip
            set: { gift: true }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      {}
      """

  Scenario: A condition sees the input before it is transformed
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: if-raw, version: '1.0.0' }
      do:
        - pick:
            if: .order.total > 10
            input: { from: .order }
            set: { charged: '${ .total }' }
      """
    And the workflow input is:
      """yaml
      order: { total: 12 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      charged: 12
      """

  Scenario: A skipped task's input is not checked
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: if-schema, version: '1.0.0' }
      do:
        - strict:
            if: ${ false }
            input: { schema: { format: json, document: { required: [never] } } }
            set: {}
      """
    And the workflow input is:
      """yaml
      a: 1
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      a: 1
      """

  Scenario: What a task exports becomes the context of those after it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: export, version: '1.0.0' }
      do:
        - remember:
            set: { id: 7 }
            export: { as: '${ { order: .id } }' }
        - forget: { set: { other: true } }
        - recall: { set: { order: '${ $context.order }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      order: 7
      """

  Scenario: An export replaces the context and does not merge into it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: export-replaces, version: '1.0.0' }
      do:
        - one: { set: { v: 1 }, export: { as: '${ { first: .v } }' } }
        - two: { set: { v: 2 }, export: { as: '${ { second: .v } }' } }
        - look: { set: { context: '${ $context }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      context: { second: 2 }
      """

  Scenario: A merge into the context is written by hand
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: export-merge, version: '1.0.0' }
      do:
        - one: { set: { v: 1 }, export: { as: '${ { first: .v } }' } }
        - two: { set: { v: 2 }, export: { as: '${ $context + { second: .v } }' } }
        - look: { set: { context: '${ $context }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      context: { first: 1, second: 2 }
      """

  Scenario: An export is made from the output after its transformation
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: export-output, version: '1.0.0' }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            output: { as: .receipt }
            export: { as: '${ { receipt: . , same: ($output == .) } }' }
        - look: { set: '${ $context }' }
      """
    And the stage charge returns { receipt: 7, noise: x }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      receipt: 7
      same: true
      """

  Scenario: The transformed input stands beside the raw output
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: output-input, version: '1.0.0' }
      do:
        - charge:
            input: { from: .order }
            call: charge:1.0.0@default
            with: { amount: '${ .total }' }
            output: { as: '${ { id: $input.id, receipt: .receipt } }' }
      """
    And the workflow input is:
      """yaml
      order: { id: o-1, total: 12 }
      """
    And the stage charge returns { receipt: '${ "r-\(.amount)" }' }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      id: o-1
      receipt: r-12
      """

  Scenario: The workflow's own input and output are transformed around everything
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: workflow-data, version: '1.0.0' }
      input: { from: .payload }
      output: { as: '${ { result: .n, began: $workflow.input.payload.n } }' }
      do:
        - add: { set: { n: '${ .n + 1 }' } }
      """
    And the workflow input is:
      """yaml
      payload: { n: 1 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      result: 2
      began: 1
      """

  Scenario: A task knows its name, its place and its raw input
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: task-facts, version: '1.0.0' }
      do:
        - outer:
            do:
              - look:
                  set:
                    name: ${ $task.name }
                    place: ${ $task.reference }
                    input: ${ $task.input.a }
      """
    And the workflow input is:
      """yaml
      a: 5
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      name: look
      place: /do/0/outer/do/0/look
      input: 5
      """

  Scenario: Text that looks like an expression stays text when it comes from the data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: hostile-data, version: '1.0.0' }
      do:
        - copy: { set: { said: '${ .said }' } }
        - ask: { call: 'echo:1.0.0@default', with: { text: '${ .said }' } }
      """
    And the workflow input is:
      """yaml
      said: ${ $workflow.id }
      """
    And the stage echo returns { heard: '${ .text }' }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      heard: ${ $workflow.id }
      """

  Scenario: The time of an expression is the time of what is processed
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: pinned-now, version: '1.0.0' }
      do:
        - first: { set: { at: '${ now }' } }
        - rest: { wait: PT10S }
        - second: { set: { passed: '${ now - .at }' } }
      """
    When the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should complete with output:
      """yaml
      passed: 10
      """

  Scenario: Several results of an expression are an array
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: many, version: '1.0.0' }
      do:
        - pick: { set: { names: '${ .people[].name }' } }
      """
    And the workflow input is:
      """yaml
      people: [{ name: Ada }, { name: Alan }]
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      names: [Ada, Alan]
      """

  Scenario: Of several cases that match, the first is taken
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: first-case, version: '1.0.0' }
      do:
        - choose:
            switch:
              - large: { when: .n > 100, then: large }
              - medium: { when: .n > 10, then: medium }
              - any: { then: small }
        - small: { set: { size: small }, then: end }
        - medium: { set: { size: medium }, then: end }
        - large: { set: { size: large }, then: end }
      """
    And the workflow input is:
      """yaml
      n: 1000
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      size: large
      """
