Feature: What the profile does, in the plain language
  A saga written without the profile undoes the same, in the same order; an engine that knows no profile runs it too.

  Background:
    Given the stage reserve returns { id: r-1 }
    And the stage charge returns { id: c-1 }
    And the stage ship fails with status 409
    And the stage refund returns {}
    And the stage release returns {}

  Scenario: With the profile, what completed is undone in reverse
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: with-profile, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          refund: { call: 'refund:1.0.0@default', with: { id: '${ .id }' } }
          release: { call: 'release:1.0.0@default', with: { id: '${ .id }' } }
      do:
        - reserve:
            call: reserve:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' } } } }
        - charge:
            call: charge:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: refund, with: { id: '${ .id }' } } } }
        - ship: { call: 'ship:1.0.0@default', with: {} }
      """
    When the workflow is executed
    Then the workflow should be compensated
    And refund should run before release
    And the last request of refund should have the arguments:
      """yaml
      id: c-1
      """
    And the last request of release should have the arguments:
      """yaml
      id: r-1
      """

  Scenario: Without the profile, handlers undo the same in the same order
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: without-profile, version: '1.0.0' }
      do:
        - reserve: { call: 'reserve:1.0.0@default', with: {}, export: { as: '${ $context + { reserved: .id } }' } }
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {}, export: { as: '${ $context + { charged: .id } }' } }
              - ship: { call: 'ship:1.0.0@default', with: {} }
            catch:
              as: problem
              do:
                - refund: { if: '${ $context.charged != null }', call: 'refund:1.0.0@default', with: { id: '${ $context.charged }' } }
                - release: { call: 'release:1.0.0@default', with: { id: '${ $context.reserved }' } }
                - again: { raise: { error: { type: 'https://example.com/undone', status: 409, title: Undone } } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 409
      """
    And refund should run before release
    And the last request of refund should have the arguments:
      """yaml
      id: c-1
      """
    And the last request of release should have the arguments:
      """yaml
      id: r-1
      """
