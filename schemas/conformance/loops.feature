Feature: Loops and ways out
  for runs its block once for each item, one after the other; exit leaves a block, end the workflow.

  Scenario: A loop over nothing does nothing
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: for-empty, version: '1.0.0' }
      do:
        - loop:
            for: { in: .items }
            do:
              - step: { set: { touched: true } }
      """
    And the workflow input is:
      """yaml
      items: []
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      items: []
      """
    And step should not run

  Scenario: Item and index have the names the loop gives them
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: for-names, version: '1.0.0' }
      do:
        - loop:
            for: { each: fruit, in: .fruits, at: place }
            do:
              - note: { set: { last: '${ $fruit }', place: '${ $place }', fruits: '${ .fruits }' } }
      """
    And the workflow input is:
      """yaml
      fruits: [apple, pear]
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      last: pear
      place: 1
      fruits: [apple, pear]
      """

  Scenario: Each iteration begins with what the one before it left
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: for-chain, version: '1.0.0' }
      do:
        - loop:
            for: { each: n, in: '${ [1, 2, 3, 4] }' }
            do:
              - add: { set: { total: '${ .total + $n }' } }
      """
    And the workflow input is:
      """yaml
      total: 0
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      total: 10
      """

  Scenario: A loop ends when its condition no longer holds
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: for-while, version: '1.0.0' }
      do:
        - loop:
            for: { each: n, in: '${ [1, 2, 3, 4, 5] }' }
            while: ${ .total < 6 }
            do:
              - add: { set: { total: '${ .total + $n }' } }
      """
    And the workflow input is:
      """yaml
      total: 0
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      total: 6
      """
    And add should run 3 times

  Scenario: Every iteration asks its stage with a key of its own
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: for-keys, version: '1.0.0' }
      do:
        - loop:
            for: { each: n, in: '${ [1, 2, 3] }' }
            do:
              - ship: { call: 'ship:1.0.0@default', with: { parcel: '${ $n }' } }
      """
    And the stage ship returns { shipped: '${ .parcel }' }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      shipped: 3
      """
    And ship should be requested 3 times
    And the idempotency key of ship should be another in every request

  Scenario: A loop inside a loop sees the items of both
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: for-nested, version: '1.0.0' }
      do:
        - outer:
            for: { each: a, in: '${ ["x", "y"] }' }
            do:
              - inner:
                  for: { each: b, in: '${ [1, 2] }' }
                  do:
                    - pair: { set: { pairs: '${ .pairs + ["\($a)\($b)"] }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      pairs: [x1, x2, y1, y2]
      """

  Scenario: A loop over what is no array is an error where it stands
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: for-wrong, version: '1.0.0' }
      do:
        - loop:
            for: { in: .items }
            do:
              - step: { set: {} }
      """
    And the workflow input is:
      """yaml
      items: seven
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/expression
      instance: /do/0/loop
      """

  Scenario: exit leaves the block it stands in, and no other
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: exit, version: '1.0.0' }
      do:
        - block:
            do:
              - first: { set: { at: first }, then: exit }
              - second: { set: { at: second } }
        - after: { set: { at: '${ .at }', after: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      at: first
      after: true
      """
    And second should not run

  Scenario: end finishes the workflow from any depth
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: end, version: '1.0.0' }
      do:
        - loop:
            for: { each: n, in: '${ [1, 2, 3] }' }
            do:
              - block:
                  do:
                    - stop: { set: { n: '${ $n }' }, then: end }
        - after: { set: { reached: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      n: 1
      """
    And after should not run

  Scenario: A jump backward runs tasks again
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: goto, version: '1.0.0' }
      do:
        - count: { set: { n: '${ .n + 1 }' } }
        - enough:
            switch:
              - notYet: { when: .n < 3, then: count }
      """
    And the workflow input is:
      """yaml
      n: 0
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      n: 3
      """
    And count should run 3 times

  Scenario: A stage that is asked again in a later round gets another key
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: goto-keys, version: '1.0.0' }
      do:
        - poll: { call: 'poll:1.0.0@default', with: {} }
        - enough:
            switch:
              - notYet: { when: .ready | not, then: poll }
      """
    And the stage poll returns { ready: false } twice
    And the stage poll returns { ready: true }
    When the workflow is executed
    Then the workflow should complete
    And poll should be requested 3 times
    And the idempotency key of poll should be another in every request

  Scenario: A jump to a task of another block is refused
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: goto-out, version: '1.0.0' }
      do:
        - block:
            do:
              - inner: { set: {}, then: after }
        - after: { set: {} }
      """
    Then the definition should be refused at "/do/0/block/do/0/inner/then" with "after"
