Feature: HTTP calls and authentication
  Against a public service, answered in the suite by one of its own; so millrace test leaves these out
  unless it can reach the real one.

  @auth
  Scenario: Bearer authentication sends the token
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-bearer, version: '1.0.0' }
      do:
        - login:
            call: http
            with:
              method: get
              endpoint:
                uri: https://httpbin.org/bearer
                authentication: { bearer: { token: '${ .token }' } }
      """
    And the workflow input is:
      """yaml
      token: token-7
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      authenticated: true
      """

  @auth
  Scenario: A wrong token is an error that no other attempt would mend
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-bearer-wrong, version: '1.0.0' }
      do:
        - login:
            call: http
            with:
              method: get
              endpoint:
                uri: https://httpbin.org/bearer
                authentication: { bearer: { token: wrong } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 401
      instance: /do/0/login
      """
    And login should be requested 1 time

  @auth
  Scenario: Wrong basic credentials are an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-basic-wrong, version: '1.0.0' }
      do:
        - login:
            call: http
            with:
              method: get
              endpoint:
                uri: https://httpbin.org/basic-auth/somebody/else
                authentication: { basic: { username: somebody, password: wrong } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 401
      """

  Scenario: Method, query, headers and body are sent as the definition says
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-parts, version: '1.0.0' }
      do:
        - ask:
            call: http
            with:
              method: post
              endpoint: https://httpbin.org/anything
              query: { page: '${ .page }' }
              headers: { X-Trace: '${ "t-\(.page)" }' }
              body: { order: '${ .page }' }
            output: { as: '${ { method, query, trace, body: (.body | fromjson) } }' }
      """
    And the workflow input is:
      """yaml
      page: 2
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      method: POST
      query: page=2
      trace: t-2
      body: { order: 2 }
      """

  Scenario: Every request carries its idempotency key
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-key, version: '1.0.0' }
      do:
        - ask:
            call: http
            with: { method: get, endpoint: https://httpbin.org/anything }
            output: { as: .hasKey }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      true
      """

  Scenario: A status of the client's fault raises a communication error with it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-404, version: '1.0.0' }
      do:
        - ask:
            call: http
            with: { method: get, endpoint: https://httpbin.org/status/404 }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/communication
      status: 404
      """
    And ask should be requested 1 time

  Scenario: A service that is unavailable is asked again
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-503, version: '1.0.0' }
      do:
        - ask:
            call: http
            with: { method: get, endpoint: https://httpbin.org/status/503 }
      """
    When the workflow is executed
    And the time advances by 10 minutes
    Then the workflow should fault with error:
      """yaml
      status: 503
      """
    And ask should be requested 5 times
    And the idempotency key of ask should be the same in every request

  Scenario: A redirect that is not wanted is an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-redirect, version: '1.0.0' }
      do:
        - ask:
            call: http
            with: { method: get, endpoint: https://httpbin.org/redirect-to-anything }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 302
      """

  Scenario: The response can be had with its status
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: http-response, version: '1.0.0' }
      do:
        - ask:
            call: http
            with: { method: get, endpoint: https://httpbin.org/status/200, output: response }
            output: { as: '${ { code: .statusCode, content } }' }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      code: 200
      content: { status: 200 }
      """
