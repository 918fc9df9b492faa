Feature: Runs of other workflows
  run.workflow starts another definition; awaited it yields its output, detached it goes its own way.

  Scenario: The output of an awaited run is the task's
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent, version: '1.0.0' }
      do:
        - ask:
            run: { workflow: { namespace: test, name: child, version: '1.0.0', input: { n: '${ .n }' } } }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child, version: '1.0.0' }
      do:
        - double: { set: { n: '${ .n * 2 }' } }
      """
    And the workflow input is:
      """yaml
      n: 21
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      n: 42
      """
    And 1 run of 'test/child' should have completed

  Scenario: A run that fails fails its task
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent-fails, version: '1.0.0' }
      do:
        - guarded:
            try:
              - ask: { run: { workflow: { namespace: test, name: child-fails, version: '1.0.0' } } }
            catch:
              as: problem
              do:
                - report: { set: { status: '${ $problem.status }' } }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child-fails, version: '1.0.0' }
      do:
        - stop: { raise: { error: { type: 'https://example.com/stop', status: 409, title: Stop } } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      status: 409
      """
    And 1 run of 'test/child-fails' should have failed

  Scenario: A task that does not await goes on with its input
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent-detached, version: '1.0.0' }
      do:
        - fire:
            run:
              await: false
              workflow: { namespace: test, name: child-slow, version: '1.0.0' }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child-slow, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
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
    And 0 runs of 'test/child-slow' should have completed
    When the time advances by 1 minute
    Then 1 run of 'test/child-slow' should have completed

  Scenario: A run that is awaited is cancelled with its parent
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent-cancelled, version: '1.0.0' }
      do:
        - ask: { run: { workflow: { namespace: test, name: child-waits, version: '1.0.0' } } }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child-waits, version: '1.0.0' }
      do:
        - rest: { wait: P1D }
      """
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be cancelled
    And 1 run of 'test/child-waits' should have been cancelled

  Scenario: A run whose task timed out is cancelled
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent-timeout, version: '1.0.0' }
      do:
        - ask:
            run: { workflow: { namespace: test, name: child-forever, version: '1.0.0' } }
            timeout: { after: PT10S }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child-forever, version: '1.0.0' }
      do:
        - rest: { wait: P1D }
      """
    When the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should fault with error:
      """yaml
      status: 408
      """
    And 1 run of 'test/child-forever' should have been cancelled

  Scenario: A run may outlive the parent it was detached from
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent-leaves, version: '1.0.0' }
      do:
        - fire:
            run:
              await: false
              workflow: { namespace: test, name: child-stays, version: '1.0.0' }
        - rest: { wait: PT1H }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child-stays, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
      """
    When the workflow is executed
    And the workflow is cancelled
    And the time advances by 1 minute
    Then 1 run of 'test/child-stays' should have completed

  Scenario: Runs side by side end independently of one another
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent-parallel, version: '1.0.0' }
      use:
        functions:
          ask: { run: { workflow: { namespace: test, name: child-asks, version: '1.0.0', input: { n: '${ . }' } } } }
      do:
        - all:
            call: map:1.0.0@default
            with: { items: '${ [1, 2, 3, 4] }', function: ask, maxConcurrency: 3 }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child-asks, version: '1.0.0' }
      do:
        - ask: { call: 'work:1.0.0@default', with: { n: '${ .n }' } }
      """
    And the stage work returns '${ .n * 10 }'
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [10, 20, 30, 40]
      """
    And 4 runs of 'test/child-asks' should have completed

  Scenario: Each of two attempts at a run is undone
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: parent-twice, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      do:
        - guarded:
            try:
              - ask: { run: { workflow: { namespace: test, name: child-twice, version: '1.0.0', input: {} } } }
              - fly: { call: 'flight:1.0.0@default', with: {} }
            catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } } }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: child-twice, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } }
      """
    And the stage hotel returns { id: '${ $key }' }
    And the stage flight fails with status 409
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should be compensated
    And cancelHotel should be requested 2 times
    And the idempotency key of cancelHotel should be another in every request
