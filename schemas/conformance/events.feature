Feature: Emit and signals
  emit publishes a CloudEvent in the transaction that journals it; a signal is an event for one
  instance.

  Scenario: What a task emits is published once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: emit-once, version: '1.0.0' }
      do:
        - tell:
            emit:
              event:
                with:
                  source: https://example.com/shop
                  type: com.example.order.placed
                  data: { order: '${ .order }' }
      """
    And the workflow input is:
      """yaml
      order: 42
      """
    When the workflow is executed
    Then the workflow should complete
    And 1 event of type 'com.example.order.placed' should have been published
    And the event of type 'com.example.order.placed' should have the 'data':
      """yaml
      order: 42
      """

  Scenario: A crash after the event publishes no second one
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: emit-crash, version: '1.0.0' }
      do:
        - tell: { emit: { event: { with: { source: /shop, type: placed } } } }
        - rest: { wait: PT1M }
      """
    When the workflow is executed
    And the engine crashes
    And the time advances by 1 minute
    Then the workflow should complete
    And 1 event of type 'placed' should have been published

  @signal
  Scenario: A signal wakes the task that listens for it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal, version: '1.0.0' }
      do:
        - approval:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
      """
    When the workflow is executed
    Then the workflow should be waiting in approval
    When the signal approve is sent with { by: Ada }
    Then the workflow should complete with output:
      """yaml
      - { by: Ada }
      """

  @signal
  Scenario: A signal that comes before the flow does is kept
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal-early, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
        - approval:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
      """
    When the workflow is executed
    And the signal approve is sent with { by: Ada }
    Then the workflow should be waiting in rest
    When the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      - { by: Ada }
      """

  @signal
  Scenario: A signal sent twice counts once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal-twice, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
        - first:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
        - second:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
      """
    When the workflow is executed
    And the signal approve is sent with { n: 1 }
    And the signal approve is sent again with { n: 1 }
    And the time advances by 1 minute
    Then the workflow should be waiting in second

  @signal
  Scenario: Signals are collected until one meets what ends the waiting
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal-until, version: '1.0.0' }
      do:
        - notes:
            listen: { to: { any: [ { with: { type: noted } } ], until: { one: { with: { data: '${ .enough }' } } } } }
            metadata: { millrace: { signal: note } }
      """
    When the workflow is executed
    And the signal note is sent with { n: 1 }
    And the signal note is sent with { n: 2 }
    Then the workflow should be waiting in notes
    When the signal note is sent with { enough: true }
    Then the workflow should complete with output:
      """yaml
      - { n: 1 }
      - { n: 2 }
      """

  @signal
  Scenario: A signal nobody listens for changes nothing
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal-other, version: '1.0.0' }
      do:
        - approval:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
      """
    When the workflow is executed
    And the signal reject is sent with { by: Ada }
    Then the workflow should be waiting in approval

  Scenario: Waiting for a signal ends with the task's time
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal-timeout, version: '1.0.0' }
      do:
        - guarded:
            try:
              - approval:
                  listen: { to: { one: { with: { type: approved } } } }
                  timeout: { after: P1D }
                  metadata: { millrace: { signal: approve } }
            catch:
              errors: { with: { status: 408 } }
              do:
                - escalate: { set: { escalated: true } }
      """
    When the workflow is executed
    And the time advances by 1 day
    Then the workflow should complete with output:
      """yaml
      escalated: true
      """

  @signal
  Scenario: A signal survives a crash between its arrival and its use
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: signal-crash, version: '1.0.0' }
      do:
        - rest: { wait: PT1M }
        - approval:
            listen: { to: { one: { with: { type: approved } } } }
            metadata: { millrace: { signal: approve } }
      """
    When the workflow is executed
    And the signal approve is sent with { by: Ada }
    And the engine crashes
    And the time advances by 1 minute
    Then the workflow should complete
