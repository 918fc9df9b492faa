Feature: Policies
  Bounds that a definition sets to its calls: circuit breaker, bulkhead and rate limit. The requests of these scenarios
  pass the guard that a worker has. Its time stands still while a stage works, so nobody waits in the worker: what finds
  no place or no turn is sent away at once, and comes back when it was told to.

  Scenario: An open circuit is waited for by an ordinary retry
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-breaker, version: '1.0.0',
          metadata: { millrace: { policies: { pay: { circuitBreaker: { window: 2, openFor: PT30S } } } } } }
      do:
        - attempt:
            try:
              - charge: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: pay } } }
            catch:
              retry: { delay: PT1S, limit: { attempt: { count: 5 } } }
      """
    And the stage charge is unavailable twice
    And the stage charge returns { receipt: 7 }
    When the workflow is executed
    And the time advances by 30 seconds
    Then the workflow should be waiting in attempt
    And charge should be requested 3 times
    When the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      receipt: 7
      """
    And the workflow should have taken 31 seconds
    And charge should be requested 4 times

  Scenario: An open circuit is an error of communication that can be caught
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-caught, version: '1.0.0',
          metadata: { millrace: { policies: { pay: { circuitBreaker: { window: 1, openFor: PT30S } } } } } }
      use: { retries: { never: { limit: { attempt: { count: 0 } } } } }
      do:
        - opening:
            try:
              - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: pay } } }
            catch: { retry: never, do: [ { go: { set: { on: true } } } ] }
        - caught:
            try:
              - second: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: pay } } }
            catch:
              as: error
              retry: never
              do:
                - say: { set: { status: '${ $error.status }', detail: '${ $error.detail }' } }
      """
    And the stage charge is unavailable once
    And the stage charge returns { never: true }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      status: 503
      detail: the policy 'pay' has its circuit of 'charge' open
      """
    And the workflow should have taken 0 seconds

  Scenario: A refusal does not open a circuit
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-refused, version: '1.0.0',
          metadata: { millrace: { policies: { pay: { circuitBreaker: { window: 1 } } } } } }
      do:
        - opening:
            try:
              - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: pay } } }
            catch: { do: [ { go: { set: { on: true } } } ] }
        - second: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: pay } } }
      """
    And the stage charge fails with status 402 once
    And the stage charge returns { receipt: 7 }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      receipt: 7
      """

  Scenario: A call that finds no place in the bulkhead comes back for one
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-bulkhead, version: '1.0.0',
          metadata: { millrace: { policies: { one: { bulkhead: { max: 1 } } } } } }
      do:
        - both:
            fork:
              branches:
                - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: one } } }
                - second: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: one } } }
      """
    And the stage charge does not answer once
    And the stage charge returns { n: 2 }
    When the workflow is executed
    And the time advances by 1 second
    Then first should be requested 1 time
    And second should be requested 2 times
    When the stage charge answers { n: 1 }
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      [ { n: 1 }, { n: 2 } ]
      """
    And second should be requested 3 times

  Scenario: A full bulkhead is told apart by its status
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-full, version: '1.0.0',
          metadata: { millrace: { policies: { one: { bulkhead: { max: 1 } } } } } }
      do:
        - both:
            fork:
              branches:
                - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: one } } }
                - second:
                    try:
                      - ask: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: one } } }
                    catch:
                      errors: { with: { status: 429 } }
                      retry: { limit: { attempt: { count: 0 } } }
                      do:
                        - later: { set: { busy: true } }
      """
    And the stage charge does not answer once
    And the stage charge returns { never: true }
    When the workflow is executed
    And the stage charge answers { n: 1 }
    Then the workflow should complete with output:
      """yaml
      [ { n: 1 }, { busy: true } ]
      """

  Scenario: Calls without the policy do not need its places
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-others, version: '1.0.0',
          metadata: { millrace: { policies: { one: { bulkhead: { max: 1 } }, other: { bulkhead: { max: 1 } } } } } }
      do:
        - all:
            fork:
              branches:
                - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: one } } }
                - second: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: other } } }
                - third: { call: 'charge:1.0.0@default' }
      """
    And the stage charge does not answer once
    And the stage charge returns { n: 2 }
    When the workflow is executed
    And the stage charge answers { n: 1 }
    Then the workflow should complete with output:
      """yaml
      [ { n: 1 }, { n: 2 }, { n: 2 } ]
      """
    And the workflow should have taken 0 seconds

  Scenario: Calls beyond the rate begin when there is a turn for them
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-rate, version: '1.0.0',
          metadata: { millrace: { policies: { slow: { rateLimit: { permits: 2, per: PT10S } } } } } }
      do:
        - calls:
            for: { each: n, in: '${ [range(0; 5)] }' }
            do:
              - charge: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: slow } } }
      """
    And the stage charge returns { ok: true }
    When the workflow is executed
    Then charge should be requested 3 times
    When the time advances by 20 seconds
    Then the workflow should complete
    And the workflow should have taken 20 seconds
    And charge should be requested 7 times

  Scenario: Those sent away come back one after the other
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-line, version: '1.0.0',
          metadata: { millrace: { policies: { slow: { rateLimit: { permits: 1, per: PT10S } } } } } }
      use: { functions: { ask: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: slow } } } } }
      do:
        - all: { call: 'map:1.0.0@default', with: { items: '${ [range(0; 5)] }', function: ask } }
      """
    And the stage charge returns { ok: true }
    When the workflow is executed
    And the time advances by 40 seconds
    Then the workflow should complete
    And the workflow should have taken 40 seconds

  Scenario: Being sent away counts as an attempt
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-attempts, version: '1.0.0',
          metadata: { millrace: { policies: { slow: { rateLimit: { permits: 1, per: PT1M } } } } } }
      do:
        - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: slow } } }
        - attempt:
            try:
              - second: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: slow } } }
            catch:
              retry: { limit: { attempt: { count: 0 } } }
      """
    And the stage charge returns { ok: true }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/communication
      status: 429
      """
    And the error's detail should mention "the policy 'slow' has no start left"

  Scenario: What waits for its turn is timed out like anything else
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-timeout, version: '1.0.0',
          metadata: { millrace: { policies: { slow: { rateLimit: { permits: 1, per: PT1M } } } } } }
      do:
        - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: slow } } }
        - second:
            call: charge:1.0.0@default
            timeout: { after: PT5S }
            metadata: { millrace: { policy: slow } }
      """
    And the stage charge returns { ok: true }
    When the workflow is executed
    And the time advances by 5 seconds
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout
      status: 408
      """

  Scenario: A call sets bounds to a function that is one call
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-function, version: '1.0.0',
          metadata: { millrace: { policies: { slow: { rateLimit: { permits: 1, per: PT1M } } } } } }
      use: { functions: { pay: { call: 'charge:1.0.0@default', with: { cents: '${ .cents }' } } } }
      do:
        - first: { call: pay, with: { cents: 1 }, metadata: { millrace: { policy: slow } } }
        - second: { call: pay, with: { cents: 2 }, metadata: { millrace: { policy: slow } } }
      """
    And the stage charge returns { ok: true }
    When the workflow is executed
    Then the workflow should be waiting in pay
    When the time advances by 1 minute
    Then the workflow should complete
    And the workflow should have taken 1 minute

  Scenario: A policy that is not defined is refused
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: policy-unknown, version: '1.0.0',
          metadata: { millrace: { policies: { slow: { rateLimit: { permits: 1, per: PT1M } } } } } }
      do:
        - first: { call: 'charge:1.0.0@default', metadata: { millrace: { policy: slwo } } }
      """
    And the stage charge returns { ok: true }
    Then the definition should be refused at "/do/0/first/metadata/millrace/policy" with "there is no policy 'slwo'"

  Scenario: Bounds of stages are accepted and change nothing
    Given a workflow with definition:
      """yaml
      document:
        { dsl: '1.0.3', namespace: test, name: stage-bounds, version: '1.0.0',
          metadata: { millrace: { stages: { charge: { partitions: 4, concurrency: 1, maxLag: PT30S, onLag: spill } } } } }
      do:
        - first: { call: 'charge:1.0.0@default' }
      """
    And the stage charge returns { ok: true }
    When the workflow is executed
    Then the workflow should complete
