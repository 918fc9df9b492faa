Feature: Standing still and being cancelled
  A suspended workflow begins nothing and no timer fires; a cancelled one ends at once.

  Scenario: A suspended workflow takes an answer and begins nothing new
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: suspend, version: '1.0.0' }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
        - ship: { call: 'ship:1.0.0@default', with: {} }
      """
    And the stage charge does not answer
    And the stage ship returns { shipped: true }
    When the workflow is executed
    And the workflow is suspended
    And the stage charge answers { paid: true }
    Then ship should be requested 0 times
    And the workflow should be waiting
    When the workflow is resumed
    Then the workflow should complete with output:
      """yaml
      shipped: true
      """
    And charge should be requested 1 time

  Scenario: No timer fires in a suspended workflow
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: suspend-timer, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
        - after: { set: { done: true } }
      """
    When the workflow is executed
    And the workflow is suspended
    And the time advances by 1 hour
    Then after should not run
    When the workflow is resumed
    And the time advances by 1 minute
    Then the workflow should complete

  Scenario: A workflow stays suspended through a crash
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: suspend-crash, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
        - after: { set: { done: true } }
      """
    When the workflow is executed
    And the workflow is suspended
    And the engine crashes
    And the time advances by 1 hour
    Then after should not run

  Scenario: A suspended workflow can be cancelled
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: suspend-cancel, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
      """
    When the workflow is executed
    And the workflow is suspended
    And the workflow is cancelled
    Then the workflow should be cancelled

  @always-run
  Scenario: A task that always runs runs when the workflow is cancelled
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: always-cancel, version: '1.0.0' }
      do:
        - rest: { wait: P1D }
        - between: { set: {} }
        - clean:
            call: clean:1.0.0@default
            with: {}
            metadata: { millrace: { alwaysRun: true } }
      """
    And the stage clean returns {}
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be cancelled
    And clean should be requested 1 time
    And between should not run

  @always-run
  Scenario: A task that always runs runs once when all goes well
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: always-well, version: '1.0.0' }
      do:
        - work: { set: { worked: true } }
        - clean:
            call: clean:1.0.0@default
            with: {}
            metadata: { millrace: { alwaysRun: true } }
      """
    And the stage clean returns { clean: true }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      clean: true
      """
    And clean should be requested 1 time

  @always-run
  Scenario: A task that always runs runs when the workflow's time is over
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: always-timeout, version: '1.0.0' }
      timeout: { after: PT10S }
      do:
        - rest: { wait: P1D }
        - clean:
            call: clean:1.0.0@default
            with: {}
            metadata: { millrace: { alwaysRun: true } }
      """
    And the stage clean returns {}
    When the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should fault with error:
      """yaml
      status: 408
      """
    And clean should be requested 1 time
