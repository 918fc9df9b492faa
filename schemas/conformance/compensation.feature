Feature: Compensation
  What completed is undone, each once in effect, latest first; and the end says so.

  Background:
    Given the stage hotel returns { id: h-1 }
    And the stage car returns { id: c-1 }
    And the stage cancel-hotel returns {}
    And the stage cancel-car returns {}

  Scenario: What completed before a failure is undone in reverse
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: { id: '${ .id }' } }
          cancelCar: { call: 'cancel-car:1.0.0@default', with: { id: '${ .id }' } }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel, with: { id: '${ .id }' } } } }
        - car:
            call: car:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelCar, with: { id: '${ .id }' } } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    When the workflow is executed
    Then the workflow should be compensated
    And the workflow should have undone car, hotel
    And the last request of cancelHotel should have the arguments:
      """yaml
      id: h-1
      """
    And cancelCar should run before cancelHotel

  Scenario: What did not complete is not undone
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-part, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
          cancelFlight: { call: 'cancel-flight:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel } } }
        - flight:
            call: flight:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelFlight } } }
      """
    And the stage flight fails with status 409
    And the stage cancel-flight returns {}
    When the workflow is executed
    Then the workflow should have undone hotel
    And cancelFlight should be requested 0 times

  Scenario: A workflow that is cancelled undoes what it did
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-cancel, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel } } }
        - rest: { wait: P1D }
      """
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be compensated
    And cancelHotel should be requested 1 time

  Scenario: A workflow whose time is over undoes what it did
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-timeout, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      timeout: { after: PT1M }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel } } }
        - rest: { wait: P1D }
      """
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should be compensated
    And cancelHotel should be requested 1 time

  Scenario: Without onAbort a failure undoes nothing
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-none, version: '1.0.0' }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    When the workflow is executed
    Then the workflow should fault
    And cancelHotel should be requested 0 times

  Scenario: A handler may undo and go on
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-handler, version: '1.0.0' }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
      do:
        - trip:
            try:
              - hotel:
                  call: hotel:1.0.0@default
                  with: {}
                  metadata: { millrace: { compensation: { call: cancelHotel } } }
              - flight: { call: 'flight:1.0.0@default', with: {} }
            catch:
              do:
                - undo: { call: 'compensate:1.0.0@default', with: { scope: trip } }
                - stay: { set: { stayed: home } }
      """
    And the stage flight fails with status 409
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      stayed: home
      """
    And cancelHotel should be requested 1 time

  Scenario: A handler that undoes and throws the error again is compensated
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-rethrow, version: '1.0.0' }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
      do:
        - trip:
            try:
              - hotel:
                  call: hotel:1.0.0@default
                  with: {}
                  metadata: { millrace: { compensation: { call: cancelHotel } } }
              - flight: { call: 'flight:1.0.0@default', with: {} }
            catch:
              do:
                - undo: { call: 'compensate:1.0.0@default', with: { scope: trip } }
                - again: { call: 'rethrow:1.0.0@default', with: { error: '${ $error }' } }
      """
    And the stage flight fails with status 409
    When the workflow is executed
    Then the workflow should have undone hotel

  Scenario: Each iteration of a loop is undone on its own, the latest first
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-loop, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          cancelNight: { call: 'cancel-hotel:1.0.0@default', with: { night: '${ .night }' } }
      do:
        - nights:
            for: { each: n, in: '${ [1, 2, 3] }' }
            do:
              - hotel:
                  call: hotel:1.0.0@default
                  with: {}
                  metadata: { millrace: { compensation: { call: cancelNight, with: { night: '${ $n }' } } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    When the workflow is executed
    Then the workflow should have undone hotel, hotel, hotel
    And cancelNight should be requested 3 times
    And the idempotency key of cancelNight should be another in every request
    And the last request of cancelNight should have the arguments:
      """yaml
      night: 1
      """

  Scenario: What branches did is undone
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-fork, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
          cancelCar: { call: 'cancel-car:1.0.0@default', with: {} }
      do:
        - book:
            fork:
              branches:
                - hotel:
                    call: hotel:1.0.0@default
                    with: {}
                    metadata: { millrace: { compensation: { call: cancelHotel } } }
                - car:
                    call: car:1.0.0@default
                    with: {}
                    metadata: { millrace: { compensation: { call: cancelCar } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    When the workflow is executed
    Then the workflow should be compensated
    And cancelHotel should be requested 1 time
    And cancelCar should be requested 1 time

  Scenario: A compensation that is unavailable is tried again under its key
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-retry, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          giveBack: { call: 'give-back:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: giveBack } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    And the stage give-back is unavailable twice
    And the stage give-back returns {}
    When the workflow is executed
    And the time advances by 1 hour
    Then the workflow should be compensated
    And giveBack should be requested 3 times
    And the idempotency key of giveBack should be the same in every request

  Scenario: A compensation that fails for good says what is left
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-stuck, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          giveBack: { call: 'give-back:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: giveBack } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    And the stage give-back fails with status 410
    When the workflow is executed
    And the time advances by 1 hour
    Then the compensation should have failed and left hotel

  Scenario: A person lets a failed compensation be tried again
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-again, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          giveBack: { call: 'give-back:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: giveBack, retry: { limit: { attempt: { count: 0 } } } } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    And the stage give-back fails with status 410 once
    And the stage give-back returns {}
    When the workflow is executed
    Then the compensation should have failed
    When the failed compensation is retried
    Then the workflow should be compensated

  Scenario: A person resolves a failed compensation by hand
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-hand, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
          giveBack: { call: 'give-back:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel } } }
        - car:
            call: car:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: giveBack, retry: { limit: { attempt: { count: 0 } } } } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    And the stage give-back fails with status 410
    When the workflow is executed
    Then the compensation should have failed
    And cancelHotel should be requested 0 times
    When the failed compensation is resolved
    Then the workflow should have undone car, hotel

  Scenario: A person skips a failed compensation, and the end says so
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-skip, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
          giveBack: { call: 'give-back:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel } } }
        - car:
            call: car:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: giveBack, retry: { limit: { attempt: { count: 0 } } } } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And the stage flight fails with status 409
    And the stage give-back fails with status 410
    When the workflow is executed
    And the failed compensation is skipped
    Then the compensation should have failed and skipped car
    And cancelHotel should be requested 1 time

  Scenario: What another workflow did is undone through it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-parent, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      do:
        - stay: { run: { workflow: { namespace: test, name: travel-child, version: '1.0.0' } } }
        - flight: { call: 'flight:1.0.0@default', with: {} }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: travel-child, version: '1.0.0' }
      use:
        functions:
          cancelHotel: { call: 'cancel-hotel:1.0.0@default', with: {} }
      do:
        - hotel:
            call: hotel:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: cancelHotel } } }
      """
    And the stage flight fails with status 409
    When the workflow is executed
    Then the workflow should have undone stay
    And cancelHotel should be requested 1 time
