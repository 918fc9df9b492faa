Feature: Timeouts
  A task that takes too long raises the standard error timeout, status 408, at itself.

  Scenario: A call that gets no answer in time fails
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-call, version: '1.0.0' }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            timeout: { after: PT10S }
      """
    And the stage charge does not answer
    When the workflow is executed
    And the time advances by 9 seconds
    Then the workflow should be waiting in charge
    When the time advances by 1 second
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout
      status: 408
      instance: /do/0/charge
      """

  Scenario: A task that ends in time is not timed out later
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-in-time, version: '1.0.0' }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            timeout: { after: PT10S }
        - rest: { wait: PT1M }
      """
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete

  Scenario: A timeout of a do block ends what is inside
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-do, version: '1.0.0' }
      do:
        - outer:
            timeout: { after: PT5S }
            do:
              - first: { wait: PT3S }
              - second: { wait: PT3S }
              - third: { set: { reached: true } }
      """
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault with error:
      """yaml
      status: 408
      instance: /do/0/outer
      """
    And third should not run

  Scenario: A timeout of a loop counts over all its iterations
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-for, version: '1.0.0' }
      do:
        - loop:
            timeout: { after: PT5S }
            for: { in: '${ [1, 2, 3] }' }
            do:
              - rest: { wait: PT2S }
      """
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault with error:
      """yaml
      status: 408
      instance: /do/0/loop
      """
    And rest should run 3 times

  Scenario: A timeout inside a try is caught by it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-caught, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge:
                  call: charge:1.0.0@default
                  with: {}
                  timeout: { after: PT10S }
            catch:
              errors:
                with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeout' }
              do:
                - give-up: { set: { gaveUp: true } }
      """
    And the stage charge does not answer
    When the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should complete with output:
      """yaml
      gaveUp: true
      """

  Scenario: A timeout of the definition is used by its name
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-named, version: '1.0.0' }
      use:
        timeouts:
          brief: { after: PT3S }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {}, timeout: brief }
      """
    And the stage charge does not answer
    When the workflow is executed
    And the time advances by 3 seconds
    Then the workflow should fault with error:
      """yaml
      status: 408
      """

  Scenario: The workflow's own timeout ends it, whatever tries to catch
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-workflow, version: '1.0.0' }
      timeout: { after: PT30S }
      do:
        - guarded:
            try:
              - rest: { wait: PT1H }
            catch:
              do:
                - caught: { set: { caught: true } }
      """
    When the workflow is executed
    And the time advances by 30 seconds
    Then the workflow should fault with error:
      """yaml
      status: 408
      instance: /
      """
    And caught should not run
    And the workflow should have taken 30 seconds

  Scenario: A timeout may come from the data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-data, version: '1.0.0' }
      do:
        - rest:
            wait: PT1H
            timeout: { after: '${ .patience }' }
      """
    And the workflow input is:
      """yaml
      patience: PT2S
      """
    When the workflow is executed
    And the time advances by 2 seconds
    Then the workflow should fault with error:
      """yaml
      status: 408
      """

  Scenario: A late answer to a task that timed out changes nothing
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-late, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge:
                  call: charge:1.0.0@default
                  with: {}
                  timeout: { after: PT10S }
            catch:
              do:
                - rest: { wait: PT1M }
                - report: { set: { charged: false } }
      """
    And the stage charge does not answer
    When the workflow is executed
    And the time advances by 10 seconds
    And the stage charge answers { charged: true }
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      charged: false
      """

  Scenario: Time goes on while the engine is down
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: timeout-crash, version: '1.0.0' }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            timeout: { after: PT10S }
      """
    And the stage charge does not answer
    When the workflow is executed
    And the time advances by 6 seconds
    And the engine crashes
    And the time advances by 4 seconds
    Then the workflow should fault with error:
      """yaml
      status: 408
      """
