Feature: Listen and correlation
  A task waits for events that match its filters; what belongs to it is told by correlation.

  Scenario: An event of the type wakes the task, and the output is an array
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-one, version: '1.0.0' }
      do:
        - hear: { listen: { to: { one: { with: { type: com.example.paid } } } } }
      """
    When the workflow is executed
    Then the workflow should be waiting in hear
    When an event arrives:
      """yaml
      type: com.example.paid
      data: { order: 42 }
      """
    Then the workflow should complete with output:
      """yaml
      - { order: 42 }
      """

  Scenario: An event of another type is none of the task's business
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-other, version: '1.0.0' }
      do:
        - hear: { listen: { to: { one: { with: { type: com.example.paid } } } } }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: com.example.shipped
      """
    Then the workflow should be waiting in hear

  Scenario: An attribute may have to match a pattern
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-pattern, version: '1.0.0' }
      do:
        - hear: { listen: { to: { one: { with: { type: '^com\.example\.(paid|settled)$' } } } } }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: com.example.refunded
      """
    Then the workflow should be waiting in hear
    When an event arrives:
      """yaml
      type: com.example.settled
      data: 7
      """
    Then the workflow should complete with output:
      """yaml
      - 7
      """

  Scenario: An attribute may have to satisfy an expression
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-expression, version: '1.0.0' }
      do:
        - hear:
            listen: { to: { one: { with: { type: paid, data: '${ .amount > 100 }' } } } }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: paid
      data: { amount: 50 }
      """
    Then the workflow should be waiting in hear
    When an event arrives:
      """yaml
      type: paid
      data: { amount: 500 }
      """
    Then the workflow should complete

  Scenario: The task may read the whole event
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-envelope, version: '1.0.0' }
      do:
        - hear:
            listen: { to: { one: { with: { type: paid } } }, read: envelope }
            output: { as: '${ .[0] | { type, source, data } }' }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: paid
      source: /bank
      data: 7
      """
    Then the workflow should complete with output:
      """yaml
      { type: paid, source: /bank, data: 7 }
      """

  Scenario: Any takes the first event that matches one of its filters
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-any, version: '1.0.0' }
      do:
        - hear: { listen: { to: { any: [ { with: { type: paid } }, { with: { type: declined } } ] } } }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: declined
      data: no
      """
    Then the workflow should complete with output:
      """yaml
      - no
      """

  Scenario: All waits for one event of each filter, in any order
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-all, version: '1.0.0' }
      do:
        - hear:
            listen: { to: { all: [ { with: { type: paid } }, { with: { type: packed } } ] } }
            output: { as: '${ length }' }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: packed
      """
    And an event arrives:
      """yaml
      type: packed
      """
    Then the workflow should be waiting in hear
    When an event arrives:
      """yaml
      type: paid
      """
    Then the workflow should complete with output:
      """yaml
      2
      """

  Scenario: Events are taken until a condition holds
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-until, version: '1.0.0' }
      do:
        - hear:
            listen: { to: { any: [ { with: { type: reading } } ], until: '${ .value > 10 }' } }
            output: { as: '${ map(.value) }' }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: reading
      data: { value: 3 }
      """
    And an event arrives:
      """yaml
      type: reading
      data: { value: 30 }
      """
    Then the workflow should complete with output:
      """yaml
      [3, 30]
      """

  Scenario: Events are taken until another comes, which is not one of them
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-until-event, version: '1.0.0' }
      do:
        - hear:
            listen:
              to:
                any: [ { with: { type: reading } } ]
                until: { one: { with: { type: stop } } }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: reading
      data: 1
      """
    And an event arrives:
      """yaml
      type: stop
      data: 99
      """
    Then the workflow should complete with output:
      """yaml
      [1]
      """

  Scenario: Each event is handled on its way
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-foreach, version: '1.0.0' }
      do:
        - hear:
            listen:
              to:
                any: [ { with: { type: reading } } ]
                until: { one: { with: { type: stop } } }
            foreach:
              item: reading
              do:
                - store: { call: 'store:1.0.0@default', with: { value: '${ $reading }' } }
      """
    And the stage store returns { stored: '${ .value }' }
    When the workflow is executed
    And an event arrives:
      """yaml
      type: reading
      data: 1
      """
    Then store should be requested 1 time
    When an event arrives:
      """yaml
      type: reading
      data: 2
      """
    And an event arrives:
      """yaml
      type: stop
      """
    Then the workflow should complete with output:
      """yaml
      - { stored: 1 }
      - { stored: 2 }
      """

  Scenario: An event for another order is left alone
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: correlate, version: '1.0.0' }
      do:
        - hear:
            listen:
              to:
                one:
                  with: { type: paid }
                  correlate: { order: { from: .data.order, expect: '${ .order }' } }
      """
    And the workflow input is:
      """yaml
      order: 42
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: paid
      data: { order: 41 }
      """
    Then the workflow should be waiting in hear
    When an event arrives:
      """yaml
      type: paid
      data: { order: 42 }
      """
    Then the workflow should complete

  Scenario: A correlated event that comes before the task listens is kept for it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: correlate-early, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
        - hear:
            listen:
              to:
                one:
                  with: { type: paid }
                  correlate: { order: { from: .data.order, expect: '${ .order }' } }
      """
    And the workflow input is:
      """yaml
      order: 42
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: paid
      data: { order: 42 }
      """
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      - { order: 42 }
      """

  Scenario: An event that is delivered twice counts once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-twice, version: '1.0.0' }
      do:
        - first:
            listen:
              to:
                one:
                  with: { type: paid }
                  correlate: { order: { from: .data.order, expect: '${ 42 }' } }
        - second:
            listen:
              to:
                one:
                  with: { type: paid }
                  correlate: { order: { from: .data.order, expect: '${ 42 }' } }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      id: same
      source: /bank
      type: paid
      data: { order: 42 }
      """
    And an event arrives:
      """yaml
      id: same
      source: /bank
      type: paid
      data: { order: 42 }
      """
    Then the workflow should be waiting in second

  Scenario: An event that one workflow emits wakes another
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-emit, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - hear: { listen: { to: { one: { with: { type: placed } } } } }
                - tell:
                    do:
                      - rest: { wait: PT1S }
                      - say: { emit: { event: { with: { source: /shop, type: placed, data: 7 } } } }
            output: { as: '${ .[0] }' }
      """
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      [7]
      """

  Scenario: An event wakes the task after a crash
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-crash, version: '1.0.0' }
      do:
        - hear: { listen: { to: { one: { with: { type: paid } } } } }
      """
    When the workflow is executed
    And the engine crashes
    And an event arrives:
      """yaml
      type: paid
      data: 7
      """
    Then the workflow should complete with output:
      """yaml
      [7]
      """
