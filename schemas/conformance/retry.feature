Feature: Retry
  A try that fails runs again as its policy says; when the policy is spent, the error goes on.

  Scenario: A failed attempt is made again after the delay
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-delay, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT5S, limit: { attempt: { count: 3 } } }
      """
    And the stage charge fails with status 500 once
    And the stage charge returns { receipt: 7 }
    When the workflow is executed
    Then charge should be requested 1 time
    And the workflow should be waiting in attempt
    When the time advances by 5 seconds
    Then the workflow should complete with output:
      """yaml
      receipt: 7
      """
    And charge should be requested 2 times

  Scenario: No attempt is made before the delay is over
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-early, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT5S, limit: { attempt: { count: 3 } } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    And the time advances by 4 seconds
    Then charge should be requested 1 time

  Scenario: A constant backoff waits the same every time
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-constant, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT2S, backoff: { constant: {} }, limit: { attempt: { count: 5 } } }
      """
    And the stage charge fails with status 500 3 times
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    And the workflow should have taken 6 seconds

  Scenario: A linear backoff waits once more the delay each time
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-linear, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT2S, backoff: { linear: {} }, limit: { attempt: { count: 5 } } }
      """
    And the stage charge fails with status 500 3 times
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    And the workflow should have taken 12 seconds

  Scenario: An exponential backoff doubles
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-exponential, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT1S, backoff: { exponential: {} }, limit: { attempt: { count: 5 } } }
      """
    And the stage charge fails with status 500 4 times
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    And the workflow should have taken 15 seconds

  Scenario: An exponential backoff grows by its own factor and is cut at its longest delay
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-factor, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry:
                delay: PT1S
                backoff: { exponential: { factor: 3, maxDelay: PT5S } }
                limit: { attempt: { count: 5 } }
      """
    And the stage charge fails with status 500 4 times
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    # 1 + 3 + 5 + 5
    And the workflow should have taken 14 seconds

  Scenario: Jitter adds at least its lower bound
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-jitter, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry:
                delay: PT1S
                jitter: { from: PT2S, to: PT4S }
                limit: { attempt: { count: 1 } }
      """
    And the stage charge fails with status 500 once
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by PT2.999S
    Then charge should be requested 1 time
    When the time advances by PT2.001S
    Then the workflow should complete

  Scenario: The error goes on when the retries are spent
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-spent, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT1S, limit: { attempt: { count: 2 } } }
      """
    And the stage charge fails with status 502
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault with error:
      """yaml
      status: 502
      instance: /do/0/attempt/try/0/charge
      """
    And charge should be requested 3 times

  Scenario: No retry begins that would end after the limit of time
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-duration, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT4S, limit: { duration: PT10S } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault
    And charge should be requested 3 times
    And the workflow should have taken 8 seconds

  Scenario: An attempt that takes too long is an error of its own
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-attempt-time, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              errors: { with: { status: 408 } }
              retry: { delay: PT1S, limit: { attempt: { count: 3, duration: PT10S } } }
      """
    And the stage charge does not answer once
    And the stage charge returns { done: true }
    When the workflow is executed
    And the time advances by 11 seconds
    Then the workflow should complete with output:
      """yaml
      done: true
      """

  Scenario: An answer to an attempt that is over changes nothing
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-late, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT1S, limit: { attempt: { count: 3, duration: PT10S } } }
      """
    And the stage charge does not answer
    When the workflow is executed
    And the time advances by 11 seconds
    And the stage charge answers { from: the first attempt }
    Then the workflow should be waiting in charge
    When the stage charge answers { from: the second attempt }
    Then the workflow should complete with output:
      """yaml
      from: the second attempt
      """

  Scenario: A retry is for the errors its condition names
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-when, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry:
                when: ${ $error.status >= 500 }
                delay: PT1S
                limit: { attempt: { count: 3 } }
      """
    And the stage charge fails with status 422
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault with error:
      """yaml
      status: 422
      """
    And charge should be requested 1 time

  Scenario: A retry leaves out the errors its exception names
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-except, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry:
                exceptWhen: ${ $error.status == 501 }
                delay: PT1S
                limit: { attempt: { count: 3 } }
      """
    And the stage charge fails with status 500 once
    And the stage charge fails with status 501
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault with error:
      """yaml
      status: 501
      """
    And charge should be requested 2 times

  Scenario: An error that is not caught is not retried
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-filter, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              errors: { with: { status: 503 } }
              retry: { delay: PT1S, limit: { attempt: { count: 3 } } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault
    And charge should be requested 1 time

  Scenario: A policy of the definition is used by its name
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-named, version: '1.0.0' }
      use:
        retries:
          patient: { delay: PT30S, limit: { attempt: { count: 1 } } }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch: { retry: patient }
      """
    And the stage charge fails with status 500 once
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 30 seconds
    Then the workflow should complete
    And the workflow should have taken 30 seconds

  Scenario: The delay may come from the data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-data, version: '1.0.0' }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: '${ .pause }', limit: { attempt: { count: 1 } } }
      """
    And the workflow input is:
      """yaml
      pause: PT7S
      """
    And the stage charge fails with status 500 once
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 7 seconds
    Then the workflow should complete

  Scenario: Every attempt at a try runs all of it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-whole, version: '1.0.0' }
      do:
        - attempt:
            try:
              - reserve: { call: 'reserve:1.0.0@default', with: {} }
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT1S, limit: { attempt: { count: 1 } } }
      """
    And the stage reserve returns {}
    And the stage charge fails with status 500 once
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete
    And reserve should be requested 2 times
    And the idempotency key of reserve should be the same in every request

  Scenario: A stage that is unavailable is asked again although no retry is written
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-default, version: '1.0.0' }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge is unavailable twice
    And the stage charge returns { ok: true }
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      ok: true
      """
    And charge should be requested 3 times
    And the idempotency key of charge should be the same in every request

  Scenario: A stage is not asked before the pause it asked for is over
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-after, version: '1.0.0' }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge is unavailable for 30 seconds once
    And the stage charge returns {}
    When the workflow is executed
    And the time advances by 29 seconds
    Then charge should be requested 1 time
    When the time advances by 1 second
    Then the workflow should complete

  Scenario: A stage that stays unavailable ends the workflow after the engine's own bound
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-bound, version: '1.0.0' }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge is unavailable
    When the workflow is executed
    And the time advances by 10 minutes
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/communication
      status: 503
      """
    And charge should be requested 5 times

  Scenario: A stage that refuses is not asked again
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-refused, version: '1.0.0' }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge fails with status 402
    When the workflow is executed
    And the time advances by 10 minutes
    Then the workflow should fault with error:
      """yaml
      status: 402
      instance: /do/0/charge
      """
    And charge should be requested 1 time

  Scenario: What nobody outside has part in is retried first, and then handled
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-alone, version: '1.0.0' }
      do:
        - guarded:
            try:
              - fail: { raise: { error: { type: 'https://example.com/errors/down', status: 503, title: Down, detail: again } } }
            catch:
              retry: { delay: PT0.1S, backoff: { constant: {} }, limit: { attempt: { count: 2 } } }
              do:
                - give-up: { set: { gaveUp: true } }
      """
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      gaveUp: true
      """

  Scenario: A try within a try says the same to every engine
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: retry-nested, version: '1.0.0' }
      do:
        - guarded:
            try:
              - again:
                  try:
                    - fail: { raise: { error: { type: 'https://example.com/errors/down', status: 503, title: Down, detail: again } } }
                  catch:
                    retry: { delay: PT0.1S, backoff: { constant: {} }, limit: { attempt: { count: 2 } } }
            catch:
              do:
                - give-up: { set: { gaveUp: true } }
      """
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      gaveUp: true
      """
