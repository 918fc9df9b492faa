Feature: Authentication and secrets
  Against a shop and an authority that the suite brings along (in place of shop.example.com and
  login.example.com); so millrace test runs those alone that call neither.

  Scenario: Basic authentication from a secret
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-basic, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/basic
                authentication: { basic: { use: clerk } }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      welcome: back
      """
    And the secret clerk should appear nowhere

  Scenario: An authentication that has a name is used by it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-named, version: '1.0.0' }
      use:
        secrets: [clerk]
        authentications:
          shop: { basic: { use: clerk } }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/basic
                authentication: { use: shop }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      welcome: back
      """
    And the secret clerk should appear nowhere

  Scenario: A digest challenge is answered
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-digest, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/digest
                authentication: { digest: { use: clerk } }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      welcome: back
      """
    And ask should be requested 1 time
    And the secret clerk should appear nowhere

  Scenario: A wrong answer to a digest challenge is an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-digest-wrong, version: '1.0.0' }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/digest
                authentication: { digest: { username: clerk, password: wrong } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 401
      instance: /do/0/ask
      """
    And ask should be requested 1 time

  Scenario: A token is fetched once and used again
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-token-once, version: '1.0.0' }
      use:
        secrets: [sesame]
        authentications:
          shop: { oauth2: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      do:
        - first:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/token
                authentication: { use: shop }
              output: response
            export: { as: '${ [.content.token] }' }
        - second:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/token
                authentication: { use: shop }
            output: { as: '${ $context + [.token] }' }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [1, 1]
      """
    And the secret sesame should appear nowhere

  Scenario: A token that is about to expire is renewed
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-token-expired, version: '1.0.0' }
      use:
        secrets: [sesame]
        authentications:
          shop: { oauth2: { authority: 'https://login.example.com/brief', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      do:
        - first:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/token
                authentication: { use: shop }
              output: response
            export: { as: '${ [.content.token] }' }
        - second:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/token
                authentication: { use: shop }
            output: { as: '${ $context + [.token] }' }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [1, 2]
      """

  Scenario: A token that the service refuses is replaced once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-token-stale, version: '1.0.0' }
      use: { secrets: [sesame] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/later-token
                authentication: { oauth2: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      token: 2
      """
    And ask should be requested 1 time

  Scenario: A service that refuses every token is an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-token-refused, version: '1.0.0' }
      use: { secrets: [sesame] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/no-token
                authentication: { oauth2: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 401
      """
    And ask should be requested 1 time

  Scenario: OpenID Connect finds the token endpoint by discovery
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-oidc, version: '1.0.0' }
      use: { secrets: [sesame] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/token
                authentication: { oidc: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      token: 1
      """
    And the secret sesame should appear nowhere

  Scenario: An authority that says no is an authentication error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-token-denied, version: '1.0.0' }
      use: { secrets: [sesame] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/token
                authentication: { oauth2: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      """
    And the secret sesame is "not-the-right-one"
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/authentication
      status: 401
      """
    And the error's detail should mention "invalid_client"
    And ask should be requested 1 time
    And the secret sesame should appear nowhere

  Scenario: An authority that is down is asked again
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: auth-token-down, version: '1.0.0' }
      use: { secrets: [sesame] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/token
                authentication: { oauth2: { authority: 'https://login.example.com/down', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    And the time advances by 10 minutes
    Then the workflow should fault with error:
      """yaml
      status: 503
      """
    And ask should be requested 5 times
    And the idempotency key of ask should be the same in every request

  Scenario: A service that sends a secret back tells nobody
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-echo, version: '1.0.0' }
      use: { secrets: [shop-key] }
      do:
        - ask:
            call: http
            with:
              method: post
              endpoint: https://shop.example.com/echo
              headers: { X-Key: '${ "key " + $secrets["shop-key"] }' }
              query: { key: '${ $secrets["shop-key"] }' }
              body: { key: '${ $secrets["shop-key"] }', order: 7 }
      """
    And the secret shop-key is "k-77f0-9c"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      authorization: 'null'
      key: '***'
      query: key=***
      body: '{"key":"***","order":7}'
      """
    And the secret shop-key should appear nowhere

  Scenario: An error does not tell a secret
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-complain, version: '1.0.0' }
      use: { secrets: [shop-key] }
      do:
        - ask:
            call: http
            with:
              method: post
              endpoint: https://shop.example.com/complain
              headers: { X-Key: '${ "key " + $secrets["shop-key"] }' }
              query: { key: '${ $secrets["shop-key"] }' }
              body: { key: '${ $secrets["shop-key"] }', order: 7 }
      """
    And the secret shop-key is "k-77f0-9c"
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 400
      """
    And the error's detail should mention "***"
    And the secret shop-key should appear nowhere

  Scenario: A secret that the worker does not have is an authorization error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-missing, version: '1.0.0' }
      use: { secrets: [shop-key] }
      do:
        - charge:
            call: http
            with: { method: get, endpoint: 'http://localhost/', headers: { X-Key: '${ $secrets["shop-key"] }' } }
      """
    And the worker has no secret shop-key
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/authorization
      status: 403
      instance: /do/0/charge
      """
    And the error's detail should mention "this worker has no secret 'shop-key'"
    And charge should be requested 1 time

  Scenario: A secret that is for another workflow is an authorization error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-not-mine, version: '1.0.0' }
      use: { secrets: [shop-key] }
      do:
        - charge:
            call: http
            with: { method: get, endpoint: 'http://localhost/', headers: { X-Key: '${ $secrets["shop-key"] }' } }
      """
    And the secret shop-key is "k-77f0-9c"
    And only 'shop/*' may use the secret shop-key
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/authorization
      status: 403
      """
    And the error's detail should mention "the workflow 'test/secret-not-mine' may not use the secret 'shop-key'"
    And charge should be requested 1 time
    And the secret shop-key should appear nowhere

  Scenario: A workflow may use the secrets that a rule gives it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-mine, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: http
            with:
              method: get
              endpoint:
                uri: https://shop.example.com/basic
                authentication: { basic: { use: clerk } }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    And only 'test/secret-m*' may use the secret clerk
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      welcome: back
      """

  Scenario: A secret cannot be put where it would be written down
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-in-set, version: '1.0.0' }
      use: { secrets: [shop-key] }
      do:
        - keep: { set: { key: '${ $secrets["shop-key"] }' } }
      """
    Then the definition should be refused at "/do/0/keep/set/key" with "$secrets"

  Scenario: A secret cannot decide where a workflow goes
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-in-if, version: '1.0.0' }
      use: { secrets: [shop-key] }
      do:
        - keep: { if: '${ $secrets["shop-key"] == "a" }', set: { a: 1 } }
      """
    Then the definition should be refused at "/do/0/keep/if" with "$secrets"

  Scenario: A secret that is not named is refused
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-unnamed, version: '1.0.0' }
      do:
        - charge:
            call: http
            with: { method: get, endpoint: 'http://localhost/', headers: { X-Key: '${ $secrets["shop-key"] }' } }
      """
    Then the definition should be refused with "there is no secret 'shop-key' in use.secrets"

  Scenario: Data that looks like a secret stays data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: secret-data, version: '1.0.0' }
      use: { secrets: [shop-key] }
      do:
        - ask:
            call: http
            with:
              method: post
              endpoint: https://shop.example.com/echo
              headers: { X-Key: '${ $secrets["shop-key"] }' }
              body: '${ .comment }'
            output: { as: '${ .body | fromjson }' }
      """
    And the secret shop-key is "k-77f0-9c"
    And the workflow input is:
      """yaml
      comment: { $secret: { expression: '$secrets["shop-key"]', now: '2026-01-01T00:00:00Z' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      $secret: { expression: '$secrets["shop-key"]', now: '2026-01-01T00:00:00Z' }
      """
    And the secret shop-key should appear nowhere
