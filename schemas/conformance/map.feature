Feature: Map
  map:1.0.0@default runs one function for every item of a list, side by side.

  Background:
    Given the stage price returns { item: '${ .item }', price: '${ .item * 10 }' }

  Scenario: The results stand in the order of the items
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: map-order, version: '1.0.0' }
      use:
        functions:
          ask: { call: 'price:1.0.0@default', with: { item: '${ . }' } }
      do:
        - all: { call: 'map:1.0.0@default', with: { items: '${ .items }', function: ask } }
      """
    And the workflow input is:
      """yaml
      items: [3, 1, 2]
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      - { item: 3, price: 30 }
      - { item: 1, price: 10 }
      - { item: 2, price: 20 }
      """

  Scenario: Nothing to go over is nothing to do
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: map-empty, version: '1.0.0' }
      use:
        functions:
          ask: { call: 'price:1.0.0@default', with: { item: '${ . }' } }
      do:
        - all: { call: 'map:1.0.0@default', with: { items: '${ [] }', function: ask } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      []
      """

  Scenario: No more than so many run at a time
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: map-width, version: '1.0.0' }
      use:
        functions:
          ask: { call: 'slow:1.0.0@default', with: { item: '${ . }' } }
      do:
        - all:
            call: map:1.0.0@default
            with: { items: '${ [1, 2, 3] }', function: ask, maxConcurrency: 2 }
      """
    And the stage slow does not answer
    When the workflow is executed
    Then ask should be requested 2 times
    When the stage slow answers {}
    Then ask should be requested 3 times

  Scenario: A failed item fails the task
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: map-fails, version: '1.0.0' }
      use:
        functions:
          ask: { call: 'charge:1.0.0@default', with: {} }
      do:
        - all: { call: 'map:1.0.0@default', with: { items: '${ [1, 2] }', function: ask } }
      """
    And the stage charge returns {} once
    And the stage charge fails with status 402
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 402
      """

  Scenario: As many items may fail as are tolerated
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: map-tolerates, version: '1.0.0' }
      use:
        functions:
          ask: { call: 'charge:1.0.0@default', with: {} }
      do:
        - all:
            call: map:1.0.0@default
            with: { items: '${ [1, 2, 3] }', function: ask, tolerate: 1 }
        - count: { set: { n: '${ length }' } }
      """
    And the stage charge returns {} once
    And the stage charge fails with status 402 once
    And the stage charge returns {}
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      n: 3
      """

  Scenario: Every item asks with a key of its own
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: map-keys, version: '1.0.0' }
      use:
        functions:
          ask: { call: 'price:1.0.0@default', with: { item: '${ . }' } }
      do:
        - all: { call: 'map:1.0.0@default', with: { items: '${ [1, 2, 3] }', function: ask } }
      """
    When the workflow is executed
    Then ask should be requested 3 times
    And the idempotency key of ask should be another in every request
