Feature: Wait
  A wait holds the flow for as long as it says, passes its input on, and survives the engine.

  Scenario: A wait ends when its time is over
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: wait, version: '1.0.0' }
      do:
        - rest: { wait: PT1H }
      """
    When the workflow is executed
    And the time advances by 59 minutes
    Then the workflow should be waiting in rest
    When the time advances by 1 minute
    Then the workflow should complete
    And the workflow should have taken 1 hour

  Scenario: A wait passes its input on
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: wait-input, version: '1.0.0' }
      do:
        - rest: { wait: { seconds: 1 } }
      """
    And the workflow input is:
      """yaml
      order: 42
      """
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      order: 42
      """

  Scenario: The parts of a duration add up
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: wait-parts, version: '1.0.0' }
      do:
        - rest: { wait: { days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 } }
      """
    When the workflow is executed
    And the time advances by 2 days
    Then the workflow should complete
    And the workflow should have taken P1DT2H3M4.005S

  Scenario: How long to wait may come from the data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: wait-data, version: '1.0.0' }
      do:
        - rest: { wait: '${ "PT\(.minutes)M" }' }
      """
    And the workflow input is:
      """yaml
      minutes: 20
      """
    When the workflow is executed
    And the time advances by 20 minutes
    Then the workflow should complete
    And the workflow should have taken 20 minutes

  Scenario: A wait that was begun goes on after a crash
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: wait-crash, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
      """
    When the workflow is executed
    And the time advances by 40 seconds
    And the engine crashes
    And the time advances by 19 seconds
    Then the workflow should be waiting in rest
    When the time advances by 1 second
    Then the workflow should complete

  Scenario: A workflow that waits can be cancelled
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: wait-cancel, version: '1.0.0' }
      do:
        - rest: { wait: P30D }
        - after: { set: { reached: true } }
      """
    When the workflow is executed
    And the time advances by 1 day
    And the workflow is cancelled because "the order was withdrawn"
    Then the workflow should be cancelled because "the order was withdrawn"
    When the time advances by 30 days
    Then after should not run
    And the workflow should have ended once

  Scenario: What is no duration is an error where it stands
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: wait-wrong, version: '1.0.0' }
      do:
        - rest: { wait: '${ .pause }' }
      """
    And the workflow input is:
      """yaml
      pause: a while
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/expression
      instance: /do/0/rest
      """
