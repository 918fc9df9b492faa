Feature: Events and signals that come early or twice
  Nothing orders the topic of definitions and that of events; whoever sends twice does not mean it twice.

  Scenario: An event that overtakes its definition starts a run when the definition comes
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: early-schedule, version: '1.0.0' }
      schedule: { on: { one: { with: { type: ordered } } } }
      do:
        - note: { set: '${ { order: $workflow.input[0].order } }' }
      """
    When the workflow is deployed and the engine has yet to hear of it
    And an event arrives:
      """yaml
      type: ordered
      data: { order: 7 }
      """
    And the time advances by 1 second
    And the workflow is deployed
    And the time advances by 5 seconds
    Then 1 run of 'test/early-schedule' should have completed

  Scenario: An event that overtakes its definition waits for the task it is meant for
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: early-listen, version: '1.0.0' }
      do:
        - paid:
            listen:
              to:
                one:
                  with: { type: paid }
                  correlate: { order: { from: .data.order, expect: '${ $input.order }' } }
      """
    And the workflow input is:
      """yaml
      order: 7
      """
    When the workflow is deployed and the engine has yet to hear of it
    And an event arrives:
      """yaml
      type: paid
      data: { order: 7, amount: 12 }
      """
    And the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      - { order: 7, amount: 12 }
      """

  Scenario: Events that wait for a definition survive a crash, and others wait behind them
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: early-order, version: '1.0.0' }
      do:
        - all:
            listen:
              to:
                all:
                  - with: { type: first }
                    correlate: { order: { from: .data.order, expect: '${ $input.order }' } }
                  - with: { type: second }
                    correlate: { order: { from: .data.order, expect: '${ $input.order }' } }
                  - with: { type: third }
                    correlate: { order: { from: .data.order, expect: '${ $input.order }' } }
            output: { as: '${ map(.n) | sort }' }
      """
    And the workflow input is:
      """yaml
      order: 7
      """
    When the workflow is deployed and the engine has yet to hear of it
    And an event arrives:
      """yaml
      type: first
      data: { order: 7, n: 1 }
      """
    And an event arrives:
      """yaml
      type: second
      data: { order: 7, n: 2 }
      """
    And the engine crashes
    And the workflow is executed
    And an event arrives:
      """yaml
      type: third
      data: { order: 7, n: 3 }
      """
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      [ 1, 2, 3 ]
      """

  Scenario: Events do not wait for ever for a definition that never comes
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: early-never, version: '1.0.0' }
      do:
        - note: { set: {} }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: early-other, version: '1.0.0' }
      schedule: { on: { one: { with: { type: ordered } } } }
      do:
        - note: { set: {} }
      """
    When the workflow is deployed and the engine has yet to hear of it
    And an event arrives:
      """yaml
      type: ordered
      data: {}
      """
    And the other workflows are deployed
    And the time advances by 5 seconds
    Then 0 runs of 'test/early-other' should have completed
    When the time advances by 10 seconds
    Then 1 run of 'test/early-other' should have completed

  Scenario: A signal that comes again after it was taken counts once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal-again, version: '1.0.0' }
      do:
        - first:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
        - second:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
      """
    When the workflow is executed
    And the signal approve is sent with { n: 1 }
    And the signal approve is sent again with { n: 1 }
    Then the workflow should be waiting in second
    When the engine crashes
    And the signal approve is sent again with { n: 1 }
    Then the workflow should be waiting in second
    When the signal approve is sent with { n: 2 }
    Then the workflow should complete with output:
      """yaml
      - { n: 2 }
      """
