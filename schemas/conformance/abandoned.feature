Feature: Scopes that are given up
  A scope with onAbort keeps its promise in whatever way it is given up, and undoing that has begun is carried to its end.

  Background:
    Given the stage hotel returns { id: h-1 }

  Scenario: A scope whose time is over undoes before a handler outside sees the error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-by-time, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - guarded:
            try:
              - trip:
                  timeout: { after: PT1M }
                  metadata: { millrace: { onAbort: compensate } }
                  do:
                    - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
                    - rest: { wait: PT1H }
            catch:
              errors: { with: { type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout } }
              do:
                - late: { set: { late: true } }
      """
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      late: true
      """
    And cancelHotel should run before late

  Scenario: A scope in another branch undoes before the error leaves the fork
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-by-branch, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - guarded:
            try:
              - both:
                  fork:
                    branches:
                      - trip:
                          metadata: { millrace: { onAbort: compensate } }
                          do:
                            - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
                            - rest: { wait: PT1H }
                      - check:
                          do:
                            - pause: { wait: PT1M }
                            - no: { raise: { error: { type: 'https://example.com/no', status: 422, title: Refused } } }
            catch:
              do:
                - handled: { set: { status: '${ $error.status }' } }
      """
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      status: 422
      """
    And cancelHotel should run before handled

  Scenario: Undoing that one branch has begun is carried to its end though another fails
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-undoing, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - both:
            fork:
              branches:
                - trip:
                    metadata: { millrace: { onAbort: compensate } }
                    do:
                      - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
                      - no: { raise: { error: { type: 'https://example.com/no', status: 422, title: Refused } } }
                - check:
                    do:
                      - pause: { wait: PT1S }
                      - never: { raise: { error: { type: 'https://example.com/never', status: 410, title: Never } } }
      """
    And the stage cancel-hotel is unavailable 3 times
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the time advances by 1 hour
    Then the workflow should be compensated
    And the workflow should have undone hotel
    And the idempotency key of cancelHotel should be the same in every request

  Scenario: Who loses a race undoes before the winner counts
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-by-race, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - either:
            fork:
              compete: true
              branches:
                - trip:
                    metadata: { millrace: { onAbort: compensate } }
                    do:
                      - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
                      - rest: { wait: PT1H }
                - home:
                    do:
                      - pause: { wait: PT1M }
                      - stay: { set: { stay: home } }
        - report: { set: '${ . }' }
      """
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      stay: home
      """
    And cancelHotel should run before report

  Scenario: An end in one branch lets the others undo first
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-by-end, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - both:
            fork:
              branches:
                - trip:
                    metadata: { millrace: { onAbort: compensate } }
                    do:
                      - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
                      - rest: { wait: PT1H }
                - home:
                    do:
                      - pause: { wait: PT1M }
                      - stay: { set: { stay: home }, then: end }
        - never: { set: { never: true } }
      """
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      stay: home
      """
    And never should not run
    And cancelHotel should be requested 1 times

  Scenario: A person names the compensation that is meant
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-settled, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - trip:
            metadata: { millrace: { onAbort: compensate } }
            do:
              - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
              - no: { raise: { error: { type: 'https://example.com/no', status: 422, title: Refused } } }
      """
    And the stage cancel-hotel fails with status 403
    When the workflow is executed
    And the failed compensation of somethingElse is skipped
    Then the compensation should have failed and left hotel
    When the failed compensation of hotel is resolved
    Then the workflow should be compensated

  Scenario: A run under way undoes what it did when the scope that waits for it is given up
    Given another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-child, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
        - rest: { wait: PT1H }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: abandoned-parent, version: '1.0.0' }
      do:
        - trip:
            metadata: { millrace: { onAbort: compensate } }
            do:
              - book: { run: { workflow: { namespace: test, name: abandoned-child, version: '1.0.0' } } }
      """
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be compensated
    And 1 runs of 'test/abandoned-child' should have been compensated
