Feature: The fifteen rules
  Where the specification does not decide, Millrace does. One scenario for each rule of the language
  contract, section 2.8; the numbers are its. Rule 12 needs a worker that may start processes: run.feature.

  Scenario: Rule 1 - catch with retry and do retries first, then runs do
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-1, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              retry: { delay: PT1S, limit: { attempt: { count: 2 } } }
              do:
                - give-up: { set: { gaveUp: true } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should be waiting in guarded
    When the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      gaveUp: true
      """
    And charge should be requested 3 times

  Scenario: Rule 2 - the count of a retry limit does not include the first attempt
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-2, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch: { retry: { limit: { attempt: { count: 1 } } } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should fault
    And charge should be requested 2 times

  Scenario: Rule 3 - the output of emit is the event
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-3, version: '1.0.0' }
      do:
        - tell: { emit: { event: { with: { source: /shop, type: placed, data: { n: 1 } } } } }
      """
    When the workflow is executed
    Then the workflow should complete
    And the workflow output should have properties 'id', 'source', 'type', 'specversion', 'time'
    And the workflow output should have a 'data.n' property with value:
      """yaml
      1
      """

  Scenario: Rule 4 - a switch without a match and without a default goes on with its own then
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-4, version: '1.0.0' }
      do:
        - choose:
            switch:
              - red: { when: .colour == "red", then: paint }
            then: done
        - paint: { set: { painted: true } }
        - done: { set: { done: true } }
      """
    And the workflow input is:
      """yaml
      colour: green
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      done: true
      """
    And paint should not run

  Scenario: Rule 5 - then applies although if is false
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-5, version: '1.0.0' }
      do:
        - skipped: { if: '${ false }', set: {}, then: last }
        - between: { set: { between: true } }
        - last: { set: { last: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      last: true
      """
    And between should not run

  Scenario: Rule 6 - exit inside the body of a for ends the iteration
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-6, version: '1.0.0' }
      do:
        - loop:
            for: { each: n, in: '${ [1, 2, 3] }' }
            do:
              - note: { set: { seen: '${ .seen + [$n] }' }, then: exit }
              - never: { set: { never: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      seen: [1, 2, 3]
      """

  Scenario: Rule 7 - while is checked before the first iteration, with the loop's variables
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-7, version: '1.0.0' }
      do:
        - loop:
            for: { each: n, in: '${ [9, 1] }' }
            while: ${ $n < 5 and $index == 0 }
            do:
              - note: { set: { seen: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      {}
      """
    And note should not run

  Scenario: Rule 8 - the handler's input is the transformed input of its try
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-8, version: '1.0.0' }
      do:
        - guarded:
            input: { from: .order }
            try:
              - change: { set: { lost: true } }
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              do:
                - report: { set: { id: '${ .id }' } }
      """
    And the workflow input is:
      """yaml
      order: { id: o-1 }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      id: o-1
      """

  Scenario: Rule 9 - the context written inside a try that fails is kept
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-9, version: '1.0.0' }
      do:
        - guarded:
            try:
              - reserve: { set: { id: r-1 }, export: { as: '${ { reservation: .id } }' } }
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              do:
                - report: { set: { kept: '${ $context.reservation }' } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      kept: r-1
      """

  Scenario: Rule 10 - an expression without a result is null, with several an array
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-10, version: '1.0.0' }
      do:
        - evaluate: { set: { none: '${ empty }', many: '${ 1, 2 }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      none: null
      many: [1, 2]
      """

  Scenario: Rule 11 - a correlation is evaluated on the envelope
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-11, version: '1.0.0' }
      do:
        - hear:
            listen:
              to:
                one:
                  with: { type: said }
                  correlate: { room: { from: .roomid, expect: '${ .room }' } }
      """
    And the workflow input is:
      """yaml
      room: blue
      """
    When the workflow is executed
    And an event arrives:
      """yaml
      type: said
      data: { roomid: blue }
      """
    Then the workflow should be waiting in hear
    When an event arrives:
      """yaml
      type: said
      roomid: blue
      """
    Then the workflow should complete

  Scenario: Rule 13 - an expression inside text is refused, with jq's own interpolation as advice
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-13, version: '1.0.0' }
      do:
        - greet: { set: { text: 'Hello ${ .name }!' } }
      """
    Then the definition should be refused at "/do/0/greet/set/text" with "interpolation"

  Scenario: Rule 14 - end inside a branch of a fork or a try ends the others, and is no error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-14, version: '1.0.0' }
      do:
        - both:
            fork:
              branches:
                - waits: { do: [ { rest: { wait: PT1H } }, { never: { set: {} } } ] }
                - stops:
                    try:
                      - stop: { set: { ended: true }, then: end }
                    catch:
                      do:
                        - handle: { set: { wrong: true } }
        - after: { set: { wrong: true } }
      """
    When the workflow is executed
    And the time advances by 2 hours
    Then the workflow should complete with output:
      """yaml
      ended: true
      """
    And never should not run
    And handle should not run
    And after should not run

  Scenario: Rule 15 - the timeout of a composite is raised at it and caught outside it only
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-15, version: '1.0.0' }
      do:
        - outside:
            try:
              - bounded:
                  timeout: { after: PT5S }
                  do:
                    - inside:
                        try:
                          - rest: { wait: PT1M }
                        catch:
                          do:
                            - wrong: { set: { caughtBy: inside } }
            catch:
              as: problem
              do:
                - right: { set: { caughtBy: outside, place: '${ $problem.instance }' } }
      """
    When the workflow is executed
    And the time advances by 5 seconds
    Then the workflow should complete with output:
      """yaml
      caughtBy: outside
      place: /do/0/outside/try/0/bounded
      """
    And wrong should not run
