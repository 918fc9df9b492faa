Feature: Schemas
  Data that do not fit their schema raise the standard error validation, status 400.

  Scenario: Input of the workflow that does not fit ends it before its first task
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-input, version: '1.0.0' }
      input:
        schema:
          format: json
          document: { type: object, required: [order], properties: { order: { type: integer } } }
      do:
        - first: { set: { ran: true } }
      """
    And the workflow input is:
      """yaml
      order: seven
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/validation
      status: 400
      """
    And the error's detail should mention "order"
    And first should not run

  Scenario: Input of the workflow that fits is no obstacle
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-fits, version: '1.0.0' }
      input:
        schema:
          format: json
          document: { type: object, required: [order], properties: { order: { type: integer } } }
      do:
        - first: { set: { got: '${ .order }' } }
      """
    And the workflow input is:
      """yaml
      order: 7
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      got: 7
      """

  Scenario: A task's input is checked before it is transformed
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-raw, version: '1.0.0' }
      do:
        - pick:
            input:
              schema: { format: json, document: { required: [order] } }
              from: .order
            set: { total: '${ .total }' }
      """
    And the workflow input is:
      """yaml
      order: { total: 3 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      total: 3
      """

  Scenario: A task whose input does not fit fails without asking its stage
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-task, version: '1.0.0' }
      do:
        - charge:
            input: { schema: { format: json, document: { required: [amount] } } }
            call: charge:1.0.0@default
            with: {}
      """
    And the stage charge returns {}
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 400
      instance: /do/0/charge
      """
    And charge should be requested 0 times

  Scenario: A stage's answer is checked after it is transformed
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-output, version: '1.0.0' }
      do:
        - charge:
            call: charge:1.0.0@default
            with: {}
            output:
              as: .receipt
              schema: { format: json, document: { type: integer } }
      """
    And the stage charge returns { receipt: lost }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/validation
      instance: /do/0/charge
      """

  Scenario: What is exported is checked
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-export, version: '1.0.0' }
      do:
        - remember:
            set: { id: seven }
            export:
              as: '${ { id: .id } }'
              schema:
                format: json
                document: { properties: { id: { type: integer } } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 400
      instance: /do/0/remember
      """

  Scenario: A validation error can be caught like any other
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-caught, version: '1.0.0' }
      do:
        - guarded:
            try:
              - charge:
                  call: charge:1.0.0@default
                  with: {}
                  output: { schema: { format: json, document: { required: [receipt] } } }
            catch:
              errors:
                with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/validation' }
              do:
                - repair: { set: { receipt: none } }
      """
    And the stage charge returns {}
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      receipt: none
      """

  Scenario: Output of the workflow that does not fit is no success
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-result, version: '1.0.0' }
      output: { schema: { format: json, document: { required: [result] } } }
      do:
        - last: { set: { other: 1 } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/validation
      """

  Scenario: A schema from a location that is not allowed is refused
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-remote, version: '1.0.0' }
      input: { schema: { format: json, resource: { endpoint: 'https://example.com/order.json' } } }
      do:
        - first: { set: {} }
      """
    Then the definition should be refused at "/input/schema/resource/endpoint" with "its location is not allowed"
