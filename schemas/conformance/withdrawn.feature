Feature: Runs that are given up before they began
  A start waits a while for its definition. Whoever gives the run up meanwhile, or undoes it, need not wait for it.

  Scenario: A parent that is cancelled undoes at once what never began
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: withdrawn-undone, version: '1.0.0' }
      use: { functions: { cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } } } }
      do:
        - trip:
            metadata: { millrace: { onAbort: compensate } }
            do:
              - hotel: { call: 'hotel:1.0.0@default', metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } } }
              - flight: { run: { workflow: { namespace: test, name: never-deployed, version: '1.0.0' } } }
      """
    And the stage hotel returns { id: h-1 }
    And the stage cancel-hotel returns {}
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be compensated
    And cancelHotel should run 1 times

  Scenario: A parent whose time is over takes back the run that never began
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: withdrawn-by-time, version: '1.0.0' }
      do:
        - ask:
            run: { workflow: { namespace: test, name: never-deployed, version: '1.0.0' } }
            timeout: { after: PT1S }
      """
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should fault with error:
      """yaml
      status: 408
      """
    And the workflow should have ended once
