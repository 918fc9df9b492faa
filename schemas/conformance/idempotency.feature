Feature: Idempotency
  Every attempt at one occurrence of a task carries one key, and no other occurrence has it.

  Scenario: A definition may choose the key
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: key-own
        version: '1.0.0'
        metadata: { millrace: { profile: '1' } }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            metadata: { millrace: { idempotencyKey: '${ "order-\(.order)" }' } }
      """
    And the workflow input is:
      """yaml
      order: 42
      """
    And the stage charge is unavailable once
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    And the idempotency key of charge should be the same in every request
    And the idempotency key of charge should be 'order-42'

  Scenario: An attempt whose end nobody knows is made again under its key
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: key-uncertain, version: '1.0.0' }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge is uncertain twice
    And the stage charge returns { key: '${ $key }', attempt: '${ $attempt }' }
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    And the workflow output should have a 'attempt' property with value:
      """yaml
      3
      """
    And the idempotency key of charge should be the same in every request

  Scenario: A crash of the engine asks no stage again
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: key-crash, version: '1.0.0' }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge does not answer
    When the workflow is executed
    And the engine crashes
    And the time advances by 1 hour
    Then charge should be requested 1 time
    When the stage charge answers { receipt: 7 }
    Then the workflow should complete with output:
      """yaml
      receipt: 7
      """

  Scenario: A definition may send a function to another stage
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: stage-own
        version: '1.0.0'
        metadata: { millrace: { profile: '1' } }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            metadata: { millrace: { stage: charge-slow } }
      """
    And the stage charge returns {}
    When the workflow is executed
    Then the workflow should complete
    And the last request of charge should go to the stage charge-slow

  Scenario: A misspelt word of the profile is refused
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: profile-word, version: '1.0.0' }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            metadata: { millrace: { idempotencyKeys: x } }
      """
    And the stage charge returns {}
    Then the definition should be refused with "idempotencyKeys"
