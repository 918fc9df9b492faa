Feature: Calls of other protocols
  Against peers that the suite brings along: an MCP server by the real SDK, an agent, a gRPC server
  (in place of tools.example.com, agent.example.com, greeter.example.com). Kafka is no peer of the suite:
  call: asyncapi has a script here, and real brokers in AsyncApiStageIT.

  Scenario: A tool of an MCP server is called
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-call, version: '1.0.0' }
      do:
        - ask:
            call: mcp
            with:
              method: tools/call
              parameters: { name: add, arguments: { a: '${ .a }', b: 3 } }
              transport: { http: { endpoint: https://tools.example.com/mcp } }
            output: { as: '${ .content[0].text }' }
      """
    And the workflow input is:
      """yaml
      a: 2
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      '5'
      """

  Scenario: The tools of an MCP server are listed
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-list, version: '1.0.0' }
      do:
        - ask:
            call: mcp
            with:
              method: tools/list
              transport: { http: { endpoint: https://tools.example.com/mcp } }
            output: { as: '${ [.tools[].name] | sort }' }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [add, fail, key]
      """

  Scenario: A tool that fails is a result
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-fail, version: '1.0.0' }
      do:
        - ask:
            call: mcp
            with:
              method: tools/call
              parameters: { name: fail }
              transport: { http: { endpoint: https://tools.example.com/mcp } }
            output: { as: '${ { isError, text: .content[0].text } }' }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { isError: true, text: 'no' }
      """

  Scenario: A tool that the MCP server does not have is an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-unknown, version: '1.0.0' }
      do:
        - ask:
            call: mcp
            with:
              method: tools/call
              parameters: { name: nothing }
              transport: { http: { endpoint: https://tools.example.com/mcp } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      instance: /do/0/ask
      """
    And ask should be requested 1 time

  Scenario: A request to an MCP server carries its idempotency key
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-key, version: '1.0.0' }
      do:
        - ask:
            call: mcp
            with:
              method: tools/call
              parameters: { name: key }
              transport: { http: { endpoint: https://tools.example.com/mcp } }
            output: { as: '${ .content[0].text }' }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      there
      """

  Scenario: An MCP server is told who calls
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-bearer, version: '1.0.0' }
      use: { secrets: [pass] }
      do:
        - ask:
            call: mcp
            with:
              method: tools/call
              parameters: { name: add, arguments: { a: 1, b: 1 } }
              transport: { http: { endpoint: { uri: https://tools.example.com/bearer/mcp, authentication: { bearer: { token: '${ $secrets.pass }' } } } } }
            output: { as: '${ .content[0].text }' }
      """
    And the secret pass is "pass-8d21c7"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      '2'
      """
    And the secret pass should appear nowhere

  Scenario: The challenge of an MCP server is answered
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-digest, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: mcp
            with:
              method: tools/call
              parameters: { name: add, arguments: { a: 1, b: 1 } }
              transport: { http: { endpoint: { uri: https://tools.example.com/digest/mcp, authentication: { digest: { use: clerk } } } } }
            output: { as: '${ .content[0].text }' }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      '2'
      """
    And the secret clerk should appear nowhere

  Scenario: An MCP server that does not know who calls is an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-wrong, version: '1.0.0' }
      do:
        - ask:
            call: mcp
            with:
              method: tools/list
              transport: { http: { endpoint: { uri: https://tools.example.com/bearer/mcp, authentication: { bearer: { token: wrong } } } } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 401
      """
    And ask should be requested 1 time

  Scenario: A token that an MCP server refuses is replaced once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: mcp-stale, version: '1.0.0' }
      use:
        secrets: [sesame]
        authentications:
          login: { oauth2: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } }
      do:
        - ask:
            call: mcp
            with:
              method: tools/call
              parameters: { name: add, arguments: { a: 1, b: 1 } }
              transport: { http: { endpoint: { uri: https://tools.example.com/token/mcp, authentication: { use: login } } } }
            output: { as: '${ .content[0].text }' }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      '2'
      """
    And ask should be requested 1 time
    And the secret sesame should appear nowhere

  Scenario: An agent is sent a message
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: a2a-send, version: '1.0.0' }
      do:
        - ask:
            call: a2a
            with:
              method: message/send
              server: https://agent.example.com/rpc
              parameters: { message: { parts: [{ kind: text, text: '${ .text }' }] } }
            output: { as: .text }
      """
    And the workflow input is:
      """yaml
      text: hello
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      you said hello
      """

  Scenario: What an agent streams is a list
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: a2a-stream, version: '1.0.0' }
      do:
        - ask:
            call: a2a
            with:
              method: message/stream
              server: https://agent.example.com/rpc
              parameters: { message: { parts: [{ kind: text, text: '${ .text }' }] } }
            output: { as: '${ [.[].text] }' }
      """
    And the workflow input is:
      """yaml
      text: hello
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [you, said hello]
      """

  Scenario: An agent that declines is an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: a2a-declines, version: '1.0.0' }
      do:
        - ask:
            call: a2a
            with:
              method: tasks/get
              server: https://agent.example.com/rpc
              parameters: { id: t }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      instance: /do/0/ask
      """
    And the error's detail should mention "task not found"
    And ask should be requested 1 time

  Scenario: An agent and its card are told who calls
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: a2a-card, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: a2a
            with:
              method: message/send
              agentCard: { endpoint: { uri: https://agent.example.com/private/card.json, authentication: { basic: { use: clerk } } } }
              parameters: { message: { parts: [{ kind: text, text: '${ .text }' }] } }
            output: { as: .text }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    And the workflow input is:
      """yaml
      text: hello
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      you said hello
      """
    And the secret clerk should appear nowhere

  Scenario: A token that an agent refuses is replaced once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: a2a-stale, version: '1.0.0' }
      use: { secrets: [sesame] }
      do:
        - ask:
            call: a2a
            with:
              method: message/send
              server: { uri: https://agent.example.com/token/rpc, authentication: { oauth2: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } } }
              parameters: { message: { parts: [{ kind: text, text: '${ .text }' }] } }
            output: { as: .text }
      """
    And the secret sesame is "sesame-3f9a"
    And the workflow input is:
      """yaml
      text: hello
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      you said hello
      """
    And the secret sesame should appear nowhere

  Scenario: A method of a gRPC service is called
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-call, version: '1.0.0' }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: https://specs.example.com/greet.proto }
              service: { name: Greeter, host: greeter.example.com, port: 50051 }
              method: Greet
              arguments: { name: Ada }
            output: { as: .text }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      Hello Ada
      """

  Scenario: What a gRPC method streams is a list
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-stream, version: '1.0.0' }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: https://specs.example.com/greet.proto }
              service: { name: Greeter, host: greeter.example.com, port: 50051 }
              method: Spell
              arguments: { name: Ada }
            output: { as: '${ [.[].text] }' }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [A, d, a]
      """

  Scenario: A gRPC status is an error with the HTTP status that says the same
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-status, version: '1.0.0' }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: https://specs.example.com/greet.proto }
              service: { name: Greeter, host: greeter.example.com, port: 50051 }
              method: Greet
              arguments: { name: Nobody }
            output: { as: .text }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 404
      """
    And the error's detail should mention "nobody is here"
    And ask should be requested 1 time

  Scenario: A gRPC service is told who calls
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-basic, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: https://specs.example.com/greet.proto }
              service: { name: Doorman, host: greeter.example.com, port: 50051, authentication: { basic: { use: clerk } } }
              method: Greet
              arguments: { name: Ada }
            output: { as: .text }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      Hello Ada
      """
    And the secret clerk should appear nowhere

  Scenario: A gRPC service that does not know who calls is an error
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-unknown, version: '1.0.0' }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: https://specs.example.com/greet.proto }
              service: { name: Doorman, host: greeter.example.com, port: 50051 }
              method: Greet
              arguments: { name: Ada }
            output: { as: .text }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 401
      """
    And ask should be requested 1 time

  Scenario: A token that a gRPC service refuses is replaced once
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-stale, version: '1.0.0' }
      use: { secrets: [sesame] }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: https://specs.example.com/greet.proto }
              service: { name: Doorman, host: greeter.example.com, port: 50051, authentication: { oauth2: { authority: 'https://login.example.com', grant: client_credentials, client: { id: client-of-this-run, secret: '${ $secrets.sesame }' } } } }
              method: Greet
              arguments: { name: Ada }
            output: { as: .text }
      """
    And the secret sesame is "sesame-3f9a"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      Hello Ada
      """
    And the secret sesame should appear nowhere

  Scenario: The description of a gRPC service may be for those alone who may read it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-proto, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: { uri: https://specs.example.com/private/greet.proto, authentication: { basic: { use: clerk } } } }
              service: { name: Greeter, host: greeter.example.com, port: 50051 }
              method: Greet
              arguments: { name: Ada }
            output: { as: .text }
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      Hello Ada
      """
    And the secret clerk should appear nowhere

  Scenario: A digest is refused where there is no challenge to answer
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: grpc-digest, version: '1.0.0' }
      do:
        - ask:
            call: grpc
            with:
              proto: { endpoint: https://specs.example.com/greet.proto }
              service: { name: Greeter, host: greeter.example.com, port: 50051, authentication: { digest: { username: a, password: b } } }
              method: Greet
              arguments: { name: Ada }
            output: { as: .text }
      """
    Then the definition should be refused at "/do/0/ask/with/service/authentication" with "'digest' is not supported for a grpc call"

  Scenario: An OpenAPI document may be for those alone who may read it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: openapi-document, version: '1.0.0' }
      use: { secrets: [clerk] }
      do:
        - ask:
            call: openapi
            with:
              document: { endpoint: { uri: https://specs.example.com/private/pets.json, authentication: { basic: { use: clerk } } } }
              operationId: look
      """
    And the secret clerk is:
      """yaml
      { username: clerk, password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      welcome: anybody
      """
    And the secret clerk should appear nowhere

  Scenario: A message is published with what the definition says
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: asyncapi-publish, version: '1.0.0' }
      do:
        - tell:
            call: asyncapi
            with:
              document: { endpoint: https://rooms.example.com/asyncapi.yaml }
              operation: send
              message: { payload: { room: '${ .room }' }, headers: { kind: note } }
            output: { as: .offset }
      """
    And the workflow input is:
      """yaml
      room: blue
      """
    And the stage asyncapi returns:
      """yaml
      { payload: { room: blue }, headers: {}, topic: rooms, partition: 0, offset: 7 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      7
      """
    And the last request of tell should have the arguments:
      """yaml
      document: https://rooms.example.com/asyncapi.yaml
      operation: send
      message: { payload: { room: blue }, headers: { kind: note } }
      """

  Scenario: A subscription yields its messages
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: asyncapi-subscribe, version: '1.0.0' }
      do:
        - hear:
            call: asyncapi
            with:
              document: { endpoint: https://rooms.example.com/asyncapi.yaml }
              channel: rooms
              protocol: kafka
              subscription: { filter: '${ .payload.room == "blue" }', consume: { amount: 2 } }
            output: { as: '${ [.[].payload.n] }' }
      """
    And the stage asyncapi returns:
      """yaml
      [{ payload: { n: 1 }, headers: {} }, { payload: { n: 2 }, headers: {} }]
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [1, 2]
      """

  Scenario: Each message of a subscription is handled in its turn, with its index
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: asyncapi-foreach, version: '1.0.0' }
      do:
        - hear:
            call: asyncapi
            with:
              document: { endpoint: https://rooms.example.com/asyncapi.yaml }
              channel: rooms
              subscription:
                consume: { amount: 3 }
                foreach:
                  item: message
                  at: position
                  do:
                    - store: { call: 'store:1.0.0@default', with: { n: '${ $message.payload.n }', at: '${ $position }' } }
      """
    And the stage asyncapi returns:
      """yaml
      [{ payload: { n: 7 }, headers: {} }, { payload: { n: 5 }, headers: {} }, { payload: { n: 6 }, headers: {} }]
      """
    And the stage store returns { stored: '${ .n }', at: '${ .at }' }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      - { stored: 7, at: 0 }
      - { stored: 5, at: 1 }
      - { stored: 6, at: 2 }
      """
    And store should be requested 3 times

  Scenario: The output of each message is the definition's, and so is what it leaves in the context
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: asyncapi-foreach-output, version: '1.0.0' }
      do:
        - hear:
            call: asyncapi
            with:
              document: { endpoint: https://rooms.example.com/asyncapi.yaml }
              channel: rooms
              subscription:
                consume: { amount: 2 }
                foreach:
                  do:
                    - price: { set: { price: '${ $item.payload.n * 10 }' } }
                  output: { as: '${ .price + $index }' }
                  export: { as: '${ { sum: (($context.sum // 0) + $output) } }' }
            output: { as: '${ { prices: . } }' }
        - last: { set: { prices: '${ .prices }', sum: '${ $context.sum }' } }
      """
    And the stage asyncapi returns:
      """yaml
      [{ payload: { n: 1 }, headers: {} }, { payload: { n: 2 }, headers: {} }]
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      prices: [10, 21]
      sum: 31
      """

  Scenario: An error in one message of a subscription is caught around the call
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: asyncapi-foreach-error, version: '1.0.0' }
      do:
        - attempt:
            try:
              - hear:
                  call: asyncapi
                  with:
                    document: { endpoint: https://rooms.example.com/asyncapi.yaml }
                    channel: rooms
                    subscription:
                      consume: { amount: 3 }
                      foreach:
                        do:
                          - store: { call: 'store:1.0.0@default', with: { n: '${ $item.payload.n }' } }
                          - check:
                              switch:
                                - large: { when: '$item.payload.n > 5', then: refuse }
                                - small: { then: exit }
                          - refuse: { raise: { error: { type: 'https://example.com/large', status: 422, title: Large } } }
            catch:
              errors: { with: { type: https://example.com/large } }
              as: trouble
              do:
                - tell: { set: { where: '${ $trouble.instance }' } }
      """
    And the stage asyncapi returns:
      """yaml
      [{ payload: { n: 1 }, headers: {} }, { payload: { n: 6 }, headers: {} }, { payload: { n: 2 }, headers: {} }]
      """
    And the stage store returns { stored: true }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      where: /do/0/attempt/try/0/hear/with/subscription/foreach/do/2/refuse
      """
    And store should be requested 2 times

  Scenario: A broker is told who calls
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: asyncapi-login, version: '1.0.0' }
      use: { secrets: [pass] }
      do:
        - tell:
            call: asyncapi
            with:
              document: { endpoint: https://rooms.example.com/asyncapi.yaml }
              channel: rooms
              message: { payload: { note: 1 } }
              authentication: { basic: { username: clerk, password: '${ $secrets.pass }' } }
            output: { as: .offset }
      """
    And the secret pass is "pass-8d21c7"
    And the stage asyncapi returns:
      """yaml
      { offset: 7 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      7
      """
    And the secret pass should appear nowhere

  Scenario: A way to authenticate that Kafka does not have is refused
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: asyncapi-digest, version: '1.0.0' }
      do:
        - tell:
            call: asyncapi
            with:
              document: { endpoint: https://rooms.example.com/asyncapi.yaml }
              channel: rooms
              message: { payload: { note: 1 } }
              authentication: { digest: { username: clerk, password: x } }
      """
    Then the definition should be refused at "/do/0/tell/with/authentication" with "'digest' is not supported for an asyncapi call"
