Feature: Agents
  What models and tools say is input; how often they are asked and what becomes of it is the definition's.

  Scenario: An agent that never finishes is stopped
    Given the workflow of "src/main/resources/sagas/agents/tool-agent.yaml"
    And the workflow input is:
      """yaml
      goal: Count to infinity
      server: tools
      """
    And the stage mcp returns { tools: [ { name: count, inputSchema: { type: object } } ] } once
    And the stage mcp returns { content: [ { type: text, text: more } ] }
    And the stage llm.chat returns:
      """yaml
      message: { role: assistant, content: '', toolCalls: [ { id: c1, name: count, arguments: {} } ] }
      provider: test
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://millrace.dev/errors/turn-limit
      status: 422
      """
    And model should be requested 8 times
    And tool should be requested 8 times

  Scenario: A tool that fails is something the model hears of
    Given the workflow of "src/main/resources/sagas/agents/tool-agent.yaml"
    And the workflow input is:
      """yaml
      goal: Look it up
      server: tools
      """
    And the stage mcp returns { tools: [ { name: look, inputSchema: { type: object } } ] } once
    And the stage mcp fails with status 404
    And the stage llm.chat returns { message: { role: assistant, content: '', toolCalls: [ { id: c1, name: look, arguments: {} } ] }, provider: test } once
    And the stage llm.chat returns { message: { role: assistant, content: '${ .messages[-1].content }', toolCalls: [] }, provider: test }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      answer: 'ERROR: the stage answers 404'
      provider: test
      turns: 2
      observations: [ 'look: ERROR: the stage answers 404' ]
      """

  Scenario: Every tool that is asked for at once is used, with a key of its own
    Given the workflow of "src/main/resources/sagas/agents/tool-agent.yaml"
    And the workflow input is:
      """yaml
      goal: Both
      server: tools
      """
    And the stage mcp returns { tools: [ { name: a, inputSchema: { type: object } } ] } once
    And the stage mcp returns { content: [ { type: text, text: '${ .parameters.arguments.n | tostring }' } ] }
    And the stage llm.chat returns { message: { role: assistant, content: '', toolCalls: [ { id: x, name: a, arguments: { n: 1 } }, { id: x, name: a, arguments: { n: 2 } } ] }, provider: test } once
    And the stage llm.chat returns { message: { role: assistant, content: done, toolCalls: [] }, provider: test }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      answer: done
      provider: test
      turns: 2
      observations: [ 'a: 1', 'a: 2' ]
      """
    And the idempotency key of tool should be another in every request

  Scenario: A model that is away for a moment is asked again
    Given the workflow of "src/main/resources/sagas/agents/router.yaml"
    And the workflow input is:
      """yaml
      question: When does my parcel arrive?
      """
    And the stage llm.chat is unavailable once
    And the stage llm.chat returns { message: { role: assistant, content: ' Delivery.', toolCalls: [] }, provider: test }
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should complete
    And the workflow output should have a 'specialist' property with value:
      """yaml
      delivery
      """
    And delivery should run 1 times
    And billing should not run

  Scenario Outline: A question goes to who knows about it
    Given the workflow of "src/main/resources/sagas/agents/router.yaml"
    And the workflow input is:
      """yaml
      question: <question>
      """
    When the workflow is executed
    Then the workflow should complete
    And the workflow output should have a 'specialist' property with value:
      """yaml
      <specialist>
      """

    Examples:
      | question                       | specialist |
      | You charged me twice!          | billing    |
      | When does my parcel arrive?    | delivery   |
      | May the mug go into an oven?   | product    |
      | What do you think of the moon? | generalist |

  Scenario: A good outline becomes a text
    Given the workflow of "src/main/resources/sagas/agents/chain.yaml"
    And the workflow input is:
      """yaml
      topic: Why glazes crack
      """
    When the workflow is executed
    Then the workflow should complete
    And the workflow output should have a 'points' property containing 3 items
    And outline should run before draft
    And polish should run after draft

  Scenario: An outline that is none does not get past the gate
    Given the workflow of "src/main/resources/sagas/agents/chain.yaml"
    And the workflow input is:
      """yaml
      topic: nothing at all
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://millrace.dev/errors/gate
      status: 422
      detail: expected three to six points, found 0
      """
    And draft should not run

  Scenario: A critique makes the next draft better
    Given the workflow of "src/main/resources/sagas/agents/reflection.yaml"
    And the workflow input is:
      """yaml
      task: Tell customers what the mug is made of
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      text: The mug is stoneware, fired at 1240 degrees. Its glaze is free of lead.
      rounds: 2
      provider: scripted
      """
    And write should run 2 times

  Scenario: A text no judge accepts is not handed out
    Given the workflow of "src/main/resources/sagas/agents/reflection.yaml"
    And the workflow input is:
      """yaml
      task: Please the judge
      """
    And the stage llm.chat returns { message: { role: assistant, content: '{"accepted": false, "critique": "Never."}', toolCalls: [] }, provider: test }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://millrace.dev/errors/not-accepted
      status: 422
      detail: Never.
      """
    And ruling should be requested 3 times

  Scenario: A judge that gives no verdict has accepted nothing
    Given the workflow of "src/main/resources/sagas/agents/reflection.yaml"
    And the workflow input is:
      """yaml
      task: Confuse the judge
      """
    And the stage llm.chat returns { message: { role: assistant, content: Looks good to me!, toolCalls: [] }, provider: test }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://millrace.dev/errors/not-accepted
      detail: The judge gave no verdict.
      """

  Scenario: Researchers find what there is, and the report says what is missing
    Given the workflow of "src/main/resources/sagas/agents/research.yaml"
    And another workflow of "src/main/resources/sagas/agents/researcher.yaml"
    And another workflow of "src/main/resources/sagas/agents/analyst.yaml"
    And another workflow of "src/main/resources/sagas/agents/writer.yaml"
    And the workflow input is:
      """yaml
      question: Does the pottery need a second kiln?
      server: tools
      """
    And the stage mcp returns:
      """yaml
      isError: '${ .parameters.arguments.subject == "insurance" }'
      content: [ { type: text, text: '180 pieces' } ]
      """
    When the workflow is executed
    Then the workflow should complete
    And the workflow output should have a 'sources' property with value:
      """yaml
      [ kilns, glazes, clay ]
      """
    And the workflow output should have a 'missing' property with value:
      """yaml
      [ insurance ]
      """

  Scenario: Where too many researchers find nothing there is no report
    Given the workflow of "src/main/resources/sagas/agents/research.yaml"
    And another workflow of "src/main/resources/sagas/agents/researcher.yaml"
    And another workflow of "src/main/resources/sagas/agents/analyst.yaml"
    And another workflow of "src/main/resources/sagas/agents/writer.yaml"
    And the workflow input is:
      """yaml
      question: What is there on the moon?
      server: tools
      """
    And the stage mcp returns { isError: true, content: [ { type: text, text: nothing } ] }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://millrace.dev/errors/no-notes
      status: 404
      """
    And analyse should not run
