Feature: Errors
  Errors are RFC 7807 objects; a try catches those its filter and its conditions accept.

  Scenario: A standard error has its type, status and place
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-place, version: '1.0.0' }
      do:
        - outer:
            do:
              - divide: { set: { n: '${ 1 / .zero }' } }
      """
    And the workflow input is:
      """yaml
      zero: 0
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/expression
      status: 400
      instance: /do/0/outer/do/0/divide
      """

  Scenario Outline: The three prefixes a standard error has had are one: <prefix>
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-alias, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              errors: { with: { type: '<prefix>communication' } }
              do:
                - handle: { set: { handled: true } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      handled: true
      """

    Examples:
      | prefix                                                      |
      | https://serverlessworkflow.io/spec/1.0.0/errors/            |
      | https://open-workflow-specification.org/spec/1.0.0/errors/  |
      | https://open-workflow-specification.org/dsl/errors/types/   |

  Scenario: A type of somebody else's is no standard error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-foreign, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              errors: { with: { type: 'https://example.com/errors/communication' } }
              do:
                - handle: { set: { handled: true } }
      """
    And the stage charge fails with status 500
    When the workflow is executed
    Then the workflow should fault

  Scenario: A filter accepts an error only if all it names is equal
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-filter, version: '1.0.0' }
      do:
        - guarded:
            try:
              - stop:
                  raise: { error: { type: 'https://example.com/stop', status: 409, title: Stop } }
            catch:
              errors: { with: { type: 'https://example.com/stop', status: 410 } }
              do:
                - handle: { set: { handled: true } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://example.com/stop
      status: 409
      """

  Scenario: The caught error has the name the definition gives it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-as, version: '1.0.0' }
      do:
        - guarded:
            try:
              - stop:
                  raise:
                    error: { type: 'https://example.com/stop', status: 409, title: Stop, detail: '${ "for \(.who)" }' }
            catch:
              as: problem
              do:
                - handle: { set: { status: '${ $problem.status }', detail: '${ $problem.detail }' } }
      """
    And the workflow input is:
      """yaml
      who: Ada
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      status: 409
      detail: for Ada
      """

  Scenario: A condition decides about an error by its data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-when, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              when: ${ $error.status == 404 }
              do:
                - handle: { set: { found: false } }
      """
    And the stage charge fails with status 403
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 403
      """
    And handle should not run

  Scenario: An exception to what is caught goes on
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-except, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch:
              exceptWhen: ${ $error.status == 403 }
              do:
                - handle: { set: { handled: true } }
      """
    And the stage charge fails with status 403
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 403
      """

  Scenario: An error of a handler goes to the try around it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-handler, version: '1.0.0' }
      do:
        - outer:
            try:
              - inner:
                  try:
                    - charge: { call: 'charge:1.0.0@default', with: {} }
                  catch:
                    do:
                      - report: { call: 'report:1.0.0@default', with: {} }
            catch:
              as: problem
              do:
                - handle: { set: { place: '${ $problem.instance }' } }
      """
    And the stage charge fails with status 500
    And the stage report fails with status 418
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      place: /do/0/outer/try/0/inner/catch/do/0/report
      """

  Scenario: An error of the definition is raised by its name
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-named, version: '1.0.0' }
      use:
        errors:
          outOfStock: { type: 'https://example.com/stock', status: 409, title: Out of stock }
      do:
        - stop: { raise: { error: outOfStock } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://example.com/stock
      status: 409
      title: Out of stock
      instance: /do/0/stop
      """

  Scenario: A name that no error has is refused with the nearest one
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-unknown, version: '1.0.0' }
      use:
        errors:
          outOfStock: { type: 'https://example.com/stock', status: 409, title: Out of stock }
      do:
        - stop: { raise: { error: outOfStok } }
      """
    Then the definition should be refused at "/do/0/stop/raise/error" with "outOfStok"

  Scenario: A try without a handler swallows what it catches
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: error-swallow, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge: { call: 'charge:1.0.0@default', with: {} }
            catch: { errors: { with: { status: 404 } } }
        - after: { set: { went: on } }
      """
    And the stage charge fails with status 404
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      went: on
      """
