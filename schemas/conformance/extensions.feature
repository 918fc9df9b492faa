Feature: Extensions
  Tasks that run before and after those they extend, and leave everything else about them as it was.

  Scenario: What runs before and after a task leaves its data alone
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-around, version: '1.0.0' }
      use:
        extensions:
          - logging:
              extend: all
              before:
                - sayBegin: { call: 'log:1.0.0@default', with: { message: '${ "Executing task \($task.reference)" }', input: '${ $task.input }' } }
              after:
                - sayEnd: { call: 'log:1.0.0@default', with: { message: '${ "Executed task \($task.name)" }', output: '${ $task.output }' } }
      do:
        - double: { set: { n: '${ .n * 2 }' } }
      """
    And the stage log returns { logged: true }
    And the workflow input is:
      """yaml
      n: 21
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      n: 42
      """
    And sayBegin should run first
    And double should run after sayBegin
    And sayEnd should run after double
    And the last request of sayBegin should have the arguments:
      """yaml
      message: Executing task /do/0/double
      input: { n: 21 }
      """
    And the last request of sayEnd should have the arguments:
      """yaml
      message: Executed task double
      output: { n: 42 }
      """

  Scenario: A mock replaces the call of a stage
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-mock, version: '1.0.0' }
      use:
        extensions:
          - mockService:
              extend: call
              when: '$task.call == "http" and ($task.with.endpoint | startswith("https://mocked.service.com"))'
              before:
                - mockResponse:
                    set: { statusCode: 200, content: { foo: { bar: baz } } }
                    then: exit
              after:
                - never: { raise: { error: { type: 'https://example.com/never', status: 500, title: Never } } }
      do:
        - sample:
            call: http
            with: { method: get, endpoint: 'https://mocked.service.com/sample' }
            output: { as: '${ .content }' }
            export: { as: '${ { kept: $output.foo.bar } }' }
        - last: { set: '${ . + $context }' }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      foo: { bar: baz }
      kept: baz
      """
    And sample should not run

  Scenario: The other calls are not mocked
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-mock-one, version: '1.0.0' }
      use:
        extensions:
          - mock:
              extend: call
              when: '$task.name == "reserve"'
              before: [ { answer: { set: { id: fake }, then: exit } } ]
      do:
        - reserve: { call: 'reserve:1.0.0@default' }
        - charge: { call: 'charge:1.0.0@default', with: { for: '${ .id }' } }
      """
    And the stage reserve returns { id: real }
    And the stage charge returns { paid: '${ .for }' }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      paid: fake
      """
    And reserve should be requested 0 times

  Scenario: Where its condition is false an extension is not there
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-when, version: '1.0.0' }
      use:
        extensions:
          - audit:
              extend: set
              when: '${ .audited }'
              before: [ { note: { emit: { event: { with: { source: /test, type: noted, data: '${ $task.name }' } } } } } ]
              after: [ { noteAgain: { emit: { event: { with: { source: /test, type: noted, data: '${ $task.name }' } } } } } ]
      do:
        - quiet: { set: { audited: true } }
        - loud: { set: { audited: false } }
        - quietAgain: { set: { done: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      done: true
      """
    And note should run 1 time
    And noteAgain should run 1 time
    And noteAgain should run after loud

  Scenario: The first declared extension is outermost
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-order, version: '1.0.0' }
      use:
        extensions:
          - outer: { extend: all, before: [ { b1: { set: {} } } ], after: [ { a1: { set: {} } } ] }
          - inner: { extend: set, before: [ { b2: { set: {} } } ], after: [ { a2: { set: {} } } ] }
      do:
        - work: { set: { done: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      done: true
      """
    And b1 should run first
    And b2 should run after b1
    And work should run after b2
    And a2 should run after work
    And a1 should run last

  Scenario: Exit after a task replaces its output
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-replace, version: '1.0.0' }
      use:
        extensions:
          - mask: { extend: call, after: [ { hide: { set: '${ . + { card: "****" } }', then: exit } } ] }
      do:
        - charge: { call: 'charge:1.0.0@default' }
      """
    And the stage charge returns { card: '4711', paid: true }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      card: '****'
      paid: true
      """

  Scenario: What fails before a task is caught around it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-fails, version: '1.0.0' }
      use:
        extensions:
          - guard:
              extend: call
              before: [ { deny: { raise: { error: { type: 'https://example.com/denied', status: 403, title: Denied } } } } ]
      do:
        - order:
            try: [ { charge: { call: 'charge:1.0.0@default' } } ]
            catch: { as: problem, do: [ { report: { set: { at: '${ $problem.instance }', status: '${ $problem.status }' } } } ] }
      """
    And the stage charge returns { paid: true }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      at: /do/0/order/try/0/charge/extensions/guard/before/0/deny
      status: 403
      """
    And charge should not run

  Scenario: An error of an extended task has the pointer of the task
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-error, version: '1.0.0' }
      use:
        extensions:
          - audit: { extend: call, before: [ { b: { set: {} } } ], after: [ { a: { set: {} } } ] }
      do:
        - charge: { call: 'charge:1.0.0@default' }
      """
    And the stage charge fails with status 402
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 402
      instance: /do/0/charge
      """
    And a should not run

  Scenario: A retry goes around an extended call
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-retry, version: '1.0.0' }
      use:
        extensions:
          - audit: { extend: call, before: [ { before: { set: {} } } ], after: [ { after: { set: {} } } ] }
      do:
        - order:
            try: [ { charge: { call: 'charge:1.0.0@default' } } ]
            catch: { retry: { delay: PT1S, limit: { attempt: { count: 3 } } } }
      """
    And the stage charge fails with status 503 twice
    And the stage charge returns { paid: true }
    When the workflow is executed
    And the time advances by 5 seconds
    Then the workflow should complete with output:
      """yaml
      paid: true
      """
    And charge should be requested 3 times
    And the idempotency key of charge should be the same in every request
    And before should run 3 times
    And after should run 1 time

  Scenario: Branches and items are extended each by itself
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-fork, version: '1.0.0' }
      use:
        extensions:
          - audit: { extend: call, before: [ { pause: { wait: PT1S } } ], after: [ { told: { emit: { event: { with: { source: /test, type: told, data: '${ $task.output }' } } } } } ] }
      do:
        - both:
            fork:
              branches:
                - left: { call: 'echo:1.0.0@default', with: { n: 1 } }
                - right: { call: 'echo:1.0.0@default', with: { n: 2 } }
        - each:
            for: { in: '${ . }' }
            do:
              - again: { call: 'echo:1.0.0@default', with: { n: '${ $item.n * 10 }' } }
      """
    And the stage echo returns { n: '${ .n }' }
    When the workflow is executed
    And the time advances by 5 seconds
    Then the workflow should complete with output:
      """yaml
      n: 20
      """
    And 4 events of type 'told' should have been published
    And the idempotency key of again should be another in every request

  Scenario: An extended task is compensated, and what undoes it is extended
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-saga, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          release: { call: 'release:1.0.0@default', with: { id: '${ .id }' } }
        extensions:
          - audit: { extend: call, before: [ { before: { set: { overwritten: true } } } ], after: [ { after: { set: {} } } ] }
      do:
        - reserve:
            call: 'reserve:1.0.0@default'
            metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' } } } }
        - charge: { call: 'charge:1.0.0@default' }
      """
    And the stage reserve returns { id: r-1 }
    And the stage charge fails with status 402
    And the stage release returns {}
    When the workflow is executed
    Then the workflow should be compensated
    And the workflow should have undone reserve
    And the last request of release should have the arguments:
      """yaml
      id: r-1
      """
    And before should run 3 times
    And after should run 2 times

  Scenario: What a mock stood in for is not undone
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-saga-mock, version: '1.0.0', metadata: { millrace: { profile: '1', onAbort: compensate } } }
      use:
        functions:
          release: { call: 'release:1.0.0@default', with: { id: '${ .id }' } }
        extensions:
          - mock: { extend: call, when: '$task.name == "reserve"', before: [ { answer: { set: { id: fake }, then: exit } } ] }
      do:
        - reserve:
            call: 'reserve:1.0.0@default'
            metadata: { millrace: { compensation: { call: release, with: { id: '${ .id }' } } } }
        - charge: { call: 'charge:1.0.0@default' }
      """
    And the stage reserve returns { id: real }
    And the stage charge fails with status 402
    And the stage release returns {}
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 402
      """
    And release should not run

  Scenario: The case of an extended switch says where the flow goes
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-switch, version: '1.0.0' }
      use:
        extensions:
          - audit: { extend: switch, after: [ { noted: { call: 'log:1.0.0@default', with: { n: '${ .n }' } } } ] }
      do:
        - choose:
            switch:
              - enough: { when: '.n >= 3', then: finish }
              - more: { then: count }
        - never: { raise: { error: { type: 'https://example.com/never', status: 500, title: Never } } }
        - count: { set: { n: '${ .n + 1 }' }, then: choose }
        - finish: { set: { counted: '${ .n }' } }
      """
    And the stage log returns {}
    And the workflow input is:
      """yaml
      n: 1
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      counted: 3
      """
    And noted should be requested 3 times

  Scenario: Functions are extended where they are called, and the tasks of extensions are not
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-function, version: '1.0.0' }
      use:
        functions:
          fetch: { call: 'fetch:1.0.0@default' }
        extensions:
          - audit:
              extend: call
              before: [ { tell: { call: 'log:1.0.0@default', with: { name: '${ $task.name }', input: '${ $task.input }' } } } ]
      do:
        - work: { call: fetch, with: { id: 7 } }
      """
    And the stage fetch returns { got: true }
    And the stage log returns {}
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      got: true
      """
    And tell should be requested 2 times
    And the last request of tell should have the arguments:
      """yaml
      name: fetch
      input: { id: 7 }
      """

  Scenario: A crash between a task and what runs after it changes nothing
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-crash, version: '1.0.0' }
      use:
        extensions:
          - audit: { extend: call, when: '$context == null', before: [ { first: { wait: PT1S, export: { as: '${ { begun: true } }' } } } ], after: [ { then: { wait: PT1S } } ] }
      do:
        - charge: { call: 'charge:1.0.0@default', then: end }
        - never: { raise: { error: { type: 'https://example.com/never', status: 500, title: Never } } }
      """
    And the stage charge returns { paid: true }
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should be waiting in then
    When the engine crashes
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      paid: true
      """
    And charge should be requested 1 time

  Scenario: An extension of an unknown kind of task is refused
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: ext-wrong, version: '1.0.0' }
      use:
        extensions:
          - logging: { extend: calls, before: [ { a: { set: {} } } ] }
      do:
        - work: { set: {} }
      """
    Then the definition should be refused at "/use/extensions/0/logging/extend" with "expected all, call, composite"

  Scenario: A handler says where the flow goes when an error has been caught
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catch-then, version: '1.0.0' }
      do:
        - order:
            try: [ { charge: { call: 'charge:1.0.0@default' } } ]
            catch: { errors: { with: { status: 402 } }, as: problem, do: [ { note: { set: { status: '${ $problem.status }' } } } ], then: apologise }
            then: ship
        - ship: { set: { shipped: true }, then: end }
        - apologise: { set: '${ . + { sorry: true } }' }
      """
    And the stage charge fails with status 402
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      status: 402
      sorry: true
      """
    And ship should not run

  Scenario: A handler that only says where the flow goes hands on the input of the try
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catch-then-only, version: '1.0.0' }
      do:
        - order:
            try: [ { charge: { call: 'charge:1.0.0@default' } } ]
            catch: { retry: { delay: PT1S, limit: { attempt: { count: 1 } } }, then: apologise }
        - ship: { set: { shipped: true }, then: end }
        - apologise: { set: '${ . + { sorry: true } }' }
      """
    And the stage charge fails with status 402
    And the workflow input is:
      """yaml
      order: 7
      """
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      order: 7
      sorry: true
      """
    And charge should be requested 2 times

  Scenario: Without an error the flow goes where the try says
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catch-then-not, version: '1.0.0' }
      use:
        extensions:
          - audit: { extend: try, after: [ { noted: { set: {} } } ] }
      do:
        - order:
            try: [ { charge: { call: 'charge:1.0.0@default' } } ]
            catch: { then: apologise }
            then: ship
        - apologise: { set: { sorry: true } }
        - ship: { set: { shipped: true } }
      """
    And the stage charge returns { paid: true }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      shipped: true
      """
    And apologise should not run
    And ship should run after noted

  Scenario: Events are collected until a condition holds, and then start one run
    Given another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: on-until, version: '1.0.0' }
      schedule: { on: { any: [ { with: { type: com.example.reading } } ], until: '.value > 10' } }
      do:
        - tell: { emit: { event: { with: { source: /test, type: collected, data: '${ map(.value) }' } } } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside-until, version: '1.0.0' }
      do:
        - rest: { wait: PT10M }
      """
    When the workflow is executed
    And the time advances by 1 minute
    And an event arrives:
      """yaml
      type: com.example.reading
      data: { value: 3 }
      """
    And an event arrives:
      """yaml
      type: com.example.reading
      data: { value: 30 }
      """
    Then 1 run of 'test/on-until' should have completed
    And the event of type 'collected' should have the 'data':
      """yaml
      [3, 30]
      """

  Scenario: Events are collected until another comes, and then start one run without that
    Given another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: on-until-event, version: '1.0.0' }
      schedule: { on: { any: [ { with: { type: com.example.order } } ], until: { one: { with: { type: com.example.closing } } } } }
      do:
        - tell: { emit: { event: { with: { source: /test, type: collected, data: '${ map(.n) }' } } } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside-until-event, version: '1.0.0' }
      do:
        - rest: { wait: PT10M }
      """
    When the workflow is executed
    And the time advances by 1 minute
    And an event arrives:
      """yaml
      type: com.example.order
      data: { n: 1 }
      """
    And an event arrives:
      """yaml
      type: com.example.order
      data: { n: 2 }
      """
    And the engine crashes
    And an event arrives:
      """yaml
      type: com.example.closing
      """
    And an event arrives:
      """yaml
      type: com.example.closing
      """
    Then 1 run of 'test/on-until-event' should have completed
    And the event of type 'collected' should have the 'data':
      """yaml
      [1, 2]
      """

  Scenario: Events are taken until all of several others have come
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: listen-until-all, version: '1.0.0' }
      do:
        - hear:
            listen:
              to:
                any: [ { with: { type: reading } } ]
                until: { all: [ { with: { type: stop } }, { with: { type: end } } ] }
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: stop
      """
    And an event arrives:
      """yaml
      type: reading
      data: 1
      """
    Then the workflow should be waiting in hear
    When an event arrives:
      """yaml
      type: end
      """
    Then the workflow should complete with output:
      """yaml
      [1]
      """
