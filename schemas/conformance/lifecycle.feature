Feature: Lifecycle events
  What happens to an instance and its tasks is told as CloudEvents, in the transaction that journals it.

  Scenario: A run is told with its definition and its output
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: life, version: '1.0.0' }
      do:
        - greet: { set: { greeting: '${ "Hello " + .name }' } }
      """
    And the workflow input is:
      """yaml
      name: Ada
      """
    When the workflow is executed
    Then the workflow should complete
    And the lifecycle events should be:
      """
      workflow.started
      workflow.completed
      """
    And the lifecycle event of type 'workflow.started' should have the 'data':
      """yaml
      name: life-scenario.test
      startedAt: '2026-01-01T00:00:00Z'
      definition: { name: life, namespace: test, version: '1.0.0' }
      """
    And the lifecycle event of type 'workflow.completed' should have the 'data.output':
      """yaml
      greeting: Hello Ada
      """
    And the lifecycle event of type 'workflow.completed' should have the 'subject':
      """yaml
      scenario
      """
    And the lifecycle event of type 'workflow.completed' should have the 'source':
      """yaml
      /test/life
      """

  Scenario: Tasks are told where the definition asks for it
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-tasks
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
        - left: { if: 'false', set: {} }
        - note: { set: { paid: true } }
      """
    And the stage charge returns { ok: true }
    When the workflow is executed
    Then the lifecycle events should be:
      """
      workflow.started
      task.created charge
      task.started charge
      task.completed charge
      task.created note
      task.started note
      task.completed note
      workflow.completed
      """
    And the lifecycle event of type 'task.completed' for charge should have the 'data':
      """yaml
      workflow: life-tasks-scenario.test
      task: /do/0/charge
      completedAt: '2026-01-01T00:00:00Z'
      output: { ok: true }
      outputUri: urn:millrace:scenario:1:0
      """

  Scenario: Nothing is told where the definition asks for nothing
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-none
        version: '1.0.0'
        metadata: { millrace: { lifecycle: none } }
      do:
        - note: { set: {} }
      """
    When the workflow is executed
    Then the workflow should complete
    And no lifecycle event should have been published

  Scenario: Another word for the level is refused
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-word
        version: '1.0.0'
        metadata: { millrace: { lifecycle: everything } }
      do:
        - note: { set: {} }
      """
    Then the definition should be refused at "/document/metadata/millrace/lifecycle" with "workflow"

  Scenario: A fault is told with its error, of the tasks it went through and of the run
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-fault
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - outer:
            do:
              - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge fails with status 402
    When the workflow is executed
    Then the workflow should fault
    And the lifecycle events should be:
      """
      workflow.started
      task.created outer
      task.started outer
      task.created charge
      task.started charge
      task.faulted charge
      task.faulted outer
      workflow.faulted
      """
    And the lifecycle event of type 'workflow.faulted' should have the 'data.error.status':
      """yaml
      402
      """
    And the lifecycle event of type 'workflow.faulted' should have the 'data.error.instance':
      """yaml
      /do/0/outer/do/0/charge
      """
    And the lifecycle event of type 'task.faulted' for outer should have the 'data.error.status':
      """yaml
      402
      """

  Scenario: A caught fault is one of the task and not of the run
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-caught
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - guard:
            try:
              - fail: { raise: { error: { type: 'https://example.com/x', status: 500, title: Refused } } }
            catch: { do: [ { mend: { set: { mended: true } } } ] }
      """
    When the workflow is executed
    Then the workflow should complete
    And 1 lifecycle event of type 'task.faulted' should have been published for fail
    And 1 lifecycle event of type 'task.completed' should have been published for guard
    And 0 lifecycle events of type 'workflow.faulted' should have been published

  Scenario: A cancel is told of what was under way
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-cancel
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - outer: { do: [ { rest: { wait: P1D } } ] }
      """
    When the workflow is executed
    And the workflow is cancelled because "nobody wants it"
    Then the lifecycle events should be:
      """
      workflow.started
      task.created outer
      task.started outer
      task.created rest
      task.started rest
      task.cancelled rest
      task.cancelled outer
      workflow.cancelled
      """
    And the lifecycle event of type 'workflow.cancelled' should have the 'data.reason':
      """yaml
      nobody wants it
      """

  Scenario: Standing still and going on are told
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-still
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - rest: { wait: PT1M }
      """
    When the workflow is executed
    And the workflow is suspended
    And the time advances by 1 hour
    And the workflow is resumed
    And the time advances by 1 minute
    Then the lifecycle events should be:
      """
      workflow.started
      task.created rest
      task.started rest
      task.suspended rest
      workflow.suspended
      task.resumed rest
      workflow.resumed
      task.completed rest
      workflow.completed
      """
    And the lifecycle event of type 'workflow.suspended' should have the 'data.suspendedAt':
      """yaml
      '2026-01-01T00:00:00Z'
      """

  Scenario: A retry is told of the task that runs again
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-retry
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - guard:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT1S, limit: { attempt: { count: 2 } } }
      """
    And the stage charge fails with status 503 once
    And the stage charge returns { ok: true }
    When the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should complete
    And 1 lifecycle event of type 'task.faulted' should have been published for charge
    And 1 lifecycle event of type 'task.retried' should have been published for guard
    And 1 lifecycle event of type 'task.completed' should have been published for charge

  Scenario: The engine's own retry of a stage is told
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-again
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage charge is unavailable once
    And the stage charge returns { ok: true }
    When the workflow is executed
    And the time advances by 10 seconds
    Then the lifecycle events should be:
      """
      workflow.started
      task.created charge
      task.started charge
      task.retried charge
      task.completed charge
      workflow.completed
      """

  Scenario: A listen is told as a correlation, with its keys
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: life-listen, version: '1.0.0' }
      do:
        - paid:
            listen:
              to:
                one:
                  with: { type: paid }
                  correlate: { order: { from: .data.order, expect: '${ $input.order }' } }
      """
    And the workflow input is:
      """yaml
      order: 7
      """
    When the workflow is executed
    Then 1 lifecycle event of type 'workflow.correlation-started' should have been published
    And 0 lifecycle events of type 'workflow.correlation-completed' should have been published
    When an event arrives:
      """yaml
      type: paid
      data: { order: 7 }
      """
    Then the lifecycle events should be:
      """
      workflow.started
      workflow.correlation-started
      workflow.correlation-completed
      workflow.completed
      """
    And the lifecycle event of type 'workflow.correlation-completed' should have the 'data.correlationKeys':
      """yaml
      order: 7
      """
    And the lifecycle event of type 'workflow.correlation-completed' should have the 'data.task':
      """yaml
      /do/0/paid
      """

  Scenario: Of a fork the branches are told in the order they run, and losers as cancelled
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-fork
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - race:
            fork:
              compete: true
              branches:
                - slow: { wait: PT1M }
                - quick: { wait: PT1S }
      """
    When the workflow is executed
    And the time advances by 2 seconds
    Then the lifecycle events should be:
      """
      workflow.started
      task.created race
      task.started race
      task.created slow
      task.started slow
      task.created quick
      task.started quick
      task.completed quick
      task.cancelled slow
      task.completed race
      workflow.completed
      """

  Scenario: A task that says end completes those around it and cancels those beside it
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-end
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - both:
            fork:
              branches:
                - slow: { wait: PT1M }
                - quick: { do: [ { stop: { set: { done: true }, then: end } } ] }
      """
    When the workflow is executed
    Then the workflow should complete
    And 1 lifecycle event of type 'task.completed' should have been published for stop
    And 1 lifecycle event of type 'task.completed' should have been published for quick
    And 1 lifecycle event of type 'task.completed' should have been published for both
    And 1 lifecycle event of type 'task.cancelled' should have been published for slow

  Scenario: What was undone is told as a fault with its own outcome
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-undone
        version: '1.0.0'
        metadata: { millrace: { onAbort: compensate } }
      use:
        functions:
          release: { call: 'release:1.0.0@default', with: {} }
      do:
        - reserve:
            call: reserve:1.0.0@default
            with: {}
            metadata: { millrace: { compensation: { call: release } } }
        - charge: { call: 'charge:1.0.0@default', with: {} }
      """
    And the stage reserve returns {}
    And the stage release returns {}
    And the stage charge fails with status 402
    When the workflow is executed
    Then the workflow should be compensated
    And the lifecycle events should be:
      """
      workflow.started
      workflow.faulted
      """
    And the lifecycle event of type 'workflow.faulted' should have the 'data.outcome':
      """yaml
      COMPENSATED
      """
    And the lifecycle event of type 'workflow.faulted' should have the 'data.error.status':
      """yaml
      402
      """

  Scenario: An output that is too large is named and not carried
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: life-large, version: '1.0.0' }
      do:
        - grow: { set: '${ { text: ("x" * 60000) } }' }
      """
    When the workflow is executed
    Then the workflow should complete
    And the lifecycle event of type 'workflow.completed' should have the 'data':
      """yaml
      name: life-large-scenario.test
      completedAt: '2026-01-01T00:00:00Z'
      outputUri: urn:millrace:scenario:0:2
      outcome: COMPLETED
      """

  Scenario: A run that queues is not told as started before its turn
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-queue
        version: '1.0.0'
        metadata: { millrace: { concurrency: { max: 1 } } }
      do:
        - rest: { wait: PT1S }
      """
    When the workflow is executed
    Then 1 lifecycle event of type 'workflow.started' should have been published
    When the time advances by 2 seconds
    Then the lifecycle events should be:
      """
      workflow.started
      workflow.completed
      """

  Scenario: A lifecycle event is told once although the engine crashes
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-crash
        version: '1.0.0'
        metadata: { millrace: { lifecycle: tasks } }
      do:
        - charge: { call: 'charge:1.0.0@default', with: {} }
        - rest: { wait: PT1S }
      """
    And the stage charge returns {}
    When the workflow is executed
    And the engine crashes
    And the time advances by 2 seconds
    And the engine crashes
    Then the workflow should complete
    And no lifecycle event should have been published twice
    And 1 lifecycle event of type 'task.completed' should have been published for charge
    And 1 lifecycle event of type 'workflow.completed' should have been published

  Scenario: A parent joins later by listening to the end of its child
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: life-parent, version: '1.0.0' }
      do:
        - spawn:
            run:
              await: false
              workflow: { namespace: test, name: life-child, version: '1.0.0', input: { n: 20 } }
            metadata: { millrace: { child: { id: '${ $workflow.id + "-child" }' } } }
        - meanwhile: { wait: PT1S }
        - join:
            listen:
              to:
                one:
                  with: { type: io.serverlessworkflow.workflow.completed.v1 }
                  correlate: { child: { from: .subject, expect: '${ $workflow.id + "-child" }' } }
            output: { as: '${ .[0].output }' }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: life-child, version: '1.0.0' }
      do:
        - work: { wait: PT5S }
        - answer: { set: { doubled: '${ $workflow.input.n * 2 }' } }
      """
    When the workflow is executed
    Then the workflow should be waiting
    When the time advances by 10 seconds
    Then the workflow should complete with output:
      """yaml
      doubled: 40
      """

  Scenario: A child that ends before its parent listens is not missed
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-late
        version: '1.0.0'
        metadata: { millrace: { lifecycle: none } }
      do:
        - spawn:
            run:
              await: false
              workflow: { namespace: test, name: life-quick, version: '1.0.0', input: {} }
        - meanwhile: { wait: PT1M }
        - join:
            listen:
              to:
                any:
                  - with: { type: io.serverlessworkflow.workflow.completed.v1 }
                    correlate: { parent: { from: .data.parent, expect: '${ $workflow.id }' } }
                  - with: { type: io.serverlessworkflow.workflow.faulted.v1 }
                    correlate: { parent: { from: .data.parent, expect: '${ $workflow.id }' } }
            output: { as: '${ .[0].error.status }' }
      """
    And another workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: life-quick
        version: '1.0.0'
        metadata: { millrace: { lifecycle: none } }
      do:
        - fail: { raise: { error: { type: 'https://example.com/x', status: 418, title: Refused } } }
      """
    When the workflow is executed
    And the time advances by 2 minutes
    Then the workflow should complete with output:
      """yaml
      418
      """
    And no lifecycle event should have been published

  Scenario: A schedule starts a run when another workflow ends, and not for its own runs
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: life-first, version: '1.0.0' }
      do:
        - note: { set: { first: true } }
      """
    And another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: life-after, version: '1.0.0' }
      schedule:
        on: { one: { with: { type: io.serverlessworkflow.workflow.completed.v1 } } }
      do:
        - note: { set: { after: '${ $workflow.input[0].output.first }' } }
      """
    When the other workflows are deployed
    And the time advances by 5 seconds
    And the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should complete
    And 1 run of 'test/life-after' should have completed
