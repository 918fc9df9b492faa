Feature: Schedules and limits of runs
  A deployed schedule starts runs by itself; a limit keeps runs of one key apart.

  Scenario: A schedule starts a run at every interval
    Given another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: every, version: '1.0.0' }
      schedule: { every: { minutes: 1 } }
      do:
        - work: { set: { worked: true } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside, version: '1.0.0' }
      do:
        - rest: { wait: PT10M }
      """
    When the workflow is executed
    And the time advances by 210 seconds
    Then 3 runs of 'test/every' should have completed

  Scenario: A crash costs no run of a schedule and makes none twice
    Given another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: every-crash, version: '1.0.0' }
      schedule: { every: { minutes: 1 } }
      do:
        - work: { set: { worked: true } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside-crash, version: '1.0.0' }
      do:
        - rest: { wait: PT10M }
      """
    When the workflow is executed
    And the time advances by 90 seconds
    And the engine crashes
    And the time advances by 120 seconds
    Then 3 runs of 'test/every-crash' should have completed

  Scenario: An event starts a run, with the event as its input
    Given another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: on-event, version: '1.0.0' }
      schedule: { on: { one: { with: { type: com.example.placed } } } }
      do:
        - tell: { emit: { event: { with: { source: /test, type: seen, data: '${ . }' } } } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside-event, version: '1.0.0' }
      do:
        - rest: { wait: PT10M }
      """
    When the workflow is executed
    And the time advances by 1 minute
    And an event arrives:
      """yaml
      type: com.example.placed
      data: { order: 42 }
      """
    Then 1 run of 'test/on-event' should have completed
    And the event of type 'seen' should have the 'data.0.order':
      """yaml
      42
      """

  @concurrency
  Scenario: Runs of one key queue for their turn
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: turns, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - first: { run: { workflow: { namespace: test, name: one-at-a-time, version: '1.0.0', input: { customer: c-1 } } } }
                - second: { run: { workflow: { namespace: test, name: one-at-a-time, version: '1.0.0', input: { customer: c-1 } } } }
      """
    And another workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: one-at-a-time
        version: '1.0.0'
        metadata: { millrace: { profile: '1', concurrency: { key: '${ .customer }', max: 1, whenFull: queue } } }
      do:
        - rest: { wait: PT10S }
      """
    When the workflow is executed
    And the time advances by 15 seconds
    Then 1 run of 'test/one-at-a-time' should have completed
    When the time advances by 10 seconds
    Then 2 runs of 'test/one-at-a-time' should have completed
    And the workflow should complete

  @concurrency
  Scenario: Runs of different keys do not wait for each other
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: no-turns, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - first: { run: { workflow: { namespace: test, name: one-per-key, version: '1.0.0', input: { customer: c-1 } } } }
                - second: { run: { workflow: { namespace: test, name: one-per-key, version: '1.0.0', input: { customer: c-2 } } } }
      """
    And another workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: one-per-key
        version: '1.0.0'
        metadata: { millrace: { profile: '1', concurrency: { key: '${ .customer }', max: 1, whenFull: queue } } }
      do:
        - rest: { wait: PT10S }
      """
    When the workflow is executed
    And the time advances by 11 seconds
    Then 2 runs of 'test/one-per-key' should have completed

  @concurrency
  Scenario: A run that finds its key taken may be refused
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: refused-turn, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - first: { run: { workflow: { namespace: test, name: or-not-at-all, version: '1.0.0', input: { customer: c-1 } } } }
                - second:
                    do:
                      - nap: { wait: PT1S }
                      - guarded:
                          try:
                            - ask: { run: { workflow: { namespace: test, name: or-not-at-all, version: '1.0.0', input: { customer: c-1 } } } }
                          catch:
                            do:
                              - refused: { set: { refused: true } }
            output: { as: '${ .[1] }' }
      """
    And another workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: or-not-at-all
        version: '1.0.0'
        metadata: { millrace: { profile: '1', concurrency: { key: '${ .customer }', max: 1, whenFull: reject } } }
      do:
        - rest: { wait: PT10S }
      """
    When the workflow is executed
    And the time advances by 11 seconds
    Then the workflow should complete with output:
      """yaml
      refused: true
      """
