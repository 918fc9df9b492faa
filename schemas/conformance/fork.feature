Feature: Fork
  Branches run side by side; the output is an array in the order of declaration, or the winner's.

  Scenario: The outputs stand in the order of declaration, whoever is done first
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-order, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - slow: { call: 'slow:1.0.0@default', with: {} }
                - fast: { call: 'fast:1.0.0@default', with: {} }
      """
    And the stage slow does not answer
    And the stage fast returns { from: fast }
    When the workflow is executed
    Then the workflow should be waiting in slow
    When the stage slow answers { from: slow }
    Then the workflow should complete with output:
      """yaml
      - { from: slow }
      - { from: fast }
      """

  Scenario: All branches are under way at once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-wait, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - first: { wait: PT6S }
                - second: { wait: PT10S }
      """
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    And the workflow should have taken 10 seconds

  Scenario: Every branch begins with the fork's input
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-input, version: '1.0.0' }
      do:
        - both:
            input: { from: .order }
            fork:
              branches:
                - double: { set: { n: '${ .n * 2 }' } }
                - negate: { set: { n: '${ 0 - .n }' } }
      """
    And the workflow input is:
      """yaml
      order: { n: 3 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      - { n: 6 }
      - { n: -3 }
      """

  Scenario: The first branch that is done wins, and the others are given up
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-compete, version: '1.0.0' }
      do:
        - race:
            fork:
              compete: true
              branches:
                - slow:
                    do:
                      - rest: { wait: PT1H }
                      - late: { set: { winner: slow } }
                - fast:
                    do:
                      - nap: { wait: PT5S }
                      - soon: { set: { winner: fast } }
      """
    When the workflow is executed
    And the time advances by 2 hours
    Then the workflow should complete with output:
      """yaml
      winner: fast
      """
    And the workflow should have taken 5 seconds
    And late should not run

  Scenario: A late answer to a branch that lost changes nothing
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-loser, version: '1.0.0' }
      do:
        - race:
            fork:
              compete: true
              branches:
                - slow: { call: 'slow:1.0.0@default', with: {} }
                - fast: { set: { winner: fast } }
        - rest: { wait: PT1M }
      """
    And the stage slow does not answer
    When the workflow is executed
    And the stage slow answers { winner: slow }
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      winner: fast
      """

  Scenario: An error of one branch ends the others and goes on outward
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-error, version: '1.0.0' }
      do:
        - guarded:
            try:
              - both:
                  fork:
                    branches:
                      - rest: { do: [ { nap: { wait: PT1H } }, { never: { set: {} } } ] }
                      - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              as: problem
              do:
                - handle: { set: { place: '${ $problem.instance }' } }
      """
    And the stage charge fails with status 402
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      place: /do/0/guarded/try/0/both/fork/branches/1/charge
      """
    And never should not run

  Scenario: An error that a branch catches itself is no concern of the others
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-caught, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - brave:
                    try:
                      - charge: { call: 'charge:1.0.0@default', with: {} }
                    catch:
                      do:
                        - handle: { set: { handled: true } }
                - calm: { set: { calm: true } }
      """
    And the stage charge fails with status 402
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      - { handled: true }
      - { calm: true }
      """

  Scenario: A timeout of a fork ends all of its branches
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-timeout, version: '1.0.0' }
      do:
        - both:
            timeout: { after: PT5S }
            fork:
              branches:
                - first: { wait: PT1S }
                - second: { wait: PT1H }
      """
    When the workflow is executed
    And the time advances by 5 seconds
    Then the workflow should fault with error:
      """yaml
      status: 408
      instance: /do/0/both
      """

  Scenario: Each branch asks its stage with a key of its own
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-keys, version: '1.0.0' }
      do:
        - loop:
            for: { each: n, in: '${ [1, 2] }' }
            do:
              - both:
                  fork:
                    branches:
                      - left: { call: 'work:1.0.0@default', with: {} }
                      - right: { call: 'work:1.0.0@default', with: {} }
      """
    And the stage work returns {}
    When the workflow is executed
    Then the workflow should complete
    And left should be requested 2 times
    And the idempotency key of left should be another in every request

  Scenario: A branch retries while the others go on
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: fork-retry, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - stubborn:
                    try:
                      - charge: { call: 'charge:1.0.0@default', with: {} }
                    catch: { retry: { delay: PT10S, limit: { attempt: { count: 3 } } } }
                - quick: { do: [ { nap: { wait: PT2S } }, { note: { set: { quick: true } } } ] }
      """
    And the stage charge fails with status 500 once
    And the stage charge returns { paid: true }
    When the workflow is executed
    And the time advances by 3 seconds
    Then note should run 1 time
    And the workflow should be waiting in stubborn
    When the time advances by 7 seconds
    Then the workflow should complete with output:
      """yaml
      - { paid: true }
      - { quick: true }
      """
