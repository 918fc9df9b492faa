Feature: A change by an agent
  Steps are processes, and their exit codes are data: each code leads somewhere, and every way ends in cleanup.

  Background:
    Given the workflow of "src/main/resources/sagas/coding/change.yaml"
    And the workflow input is:
      """yaml
      { title: One dash, body: 'rock---roll should be rock-roll', pollEvery: PT10S }
      """

  Scenario: Tests that are red once are mended, and the change is merged after two looks
    Given the stage run returns { code: 0, stdout: "n1\nplanned", stderr: "" }
    And the stage run returns { code: 0, stdout: "n2\nwritten", stderr: "" }
    And the stage run returns { code: 1, stdout: "n3\n1 failure", stderr: "" }
    And the stage run returns { code: 0, stdout: "n4\nmended", stderr: "" } 4 times
    And the stage run returns { code: 3, stdout: "n8\nopen", stderr: "" }
    And the stage run returns { code: 0, stdout: "n9\nwell", stderr: "" }
    When the workflow is executed
    And the time advances by 10 seconds
    Then the workflow should complete with output:
      """yaml
      { status: merged, branch: change/scenario, rounds: 2, learnt: true, cleanedUp: true }
      """
    And plan should run 1 time
    And unitTest should run 2 times
    And fixTests should run 1 time
    And step should be requested 11 times
    And the idempotency key of step should be another in every request
    And poll should run 2 times
    And cleanup should run before report

  Scenario: Each step reads the artifact of the attempt that counted
    Given the stage run returns { code: 0, stdout: "n1\nplanned", stderr: "" }
    And the stage run returns { code: 0, stdout: "n2\nwritten", stderr: "" }
    And the stage run returns { code: 1, stdout: "n3\n1 failure", stderr: "" }
    And the stage run does not answer
    When the workflow is executed
    Then the workflow should be waiting in step
    And the last request of step should have the arguments:
      """yaml
      command: sh bin/step
      computed: false
      arguments: [ fix-tests ]
      environment: { CODING_RUN: scenario, CODING_FROM: n3, CODING_TITLE: One dash, CODING_BODY: 'rock---roll should be rock-roll' }
      return: all
      """

  Scenario: Rounds are bounded
    Given the stage run returns { code: 0, stdout: "n\nok", stderr: "" } twice
    And the stage run returns { code: 1, stdout: "n\nstill red", stderr: "" } 5 times
    And the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      { type: 'https://millrace.dev/errors/coding/tests-red', status: 422, detail: 'round 3: still red' }
      """
    And unitTest should run 3 times
    And fixTests should run 2 times
    And createPr should not run
    And cleanup should run 1 time

  Scenario: A blocked agent asks
    Given the stage run returns { code: 2, stdout: "n\nwhich file?", stderr: "" }
    And the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      { type: 'https://millrace.dev/errors/coding/blocked', status: 422, detail: 'which file?' }
      """
    And implement should not run
    And cleanup should run 1 time

  Scenario: A step that left no result of this attempt is broken
    Given the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    And the stage run returns { code: 70, stdout: "", stderr: "no result with the nonce of this attempt" }
    And the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      { type: 'https://millrace.dev/errors/coding/step-failed', status: 500 }
      """
    And the error's detail should mention "exit code 70: no result with the nonce"
    And cleanup should run 1 time

  Scenario: A change that is not what was asked for is not proposed
    Given the stage run returns { code: 0, stdout: "n\nok", stderr: "" } 3 times
    And the stage run returns { code: 1, stdout: "", stderr: "nothing was changed" }
    And the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      { type: 'https://millrace.dev/errors/coding/unverified', status: 422, detail: nothing was changed }
      """
    And createPr should not run

  Scenario: A plan that takes too long is over, and cleaned up
    Given the stage run does not answer
    When the workflow is executed
    And the time advances by 15 minutes
    Then cleanup should run 1 time
    And plan should run 1 time

  Scenario: Cancelling a run closes its pull request and cleans up
    Given the stage run returns { code: 0, stdout: "n\nok", stderr: "" } 5 times
    And the stage run returns { code: 3, stdout: "n\nopen", stderr: "" }
    And the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be compensated
    And the workflow should have undone createPr
    And cleanup should run 1 time

  Scenario: Cancelling before there is a pull request cleans up
    Given the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    And the stage run does not answer once
    And the stage run returns { code: 0, stdout: "n\nok", stderr: "" }
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be cancelled
    And cleanup should run 1 time

  Scenario: A pull request that nobody looks at is given up in a week
    Given the stage run returns { code: 0, stdout: "n\nok", stderr: "" } 5 times
    And the stage run returns { code: 3, stdout: "n\nopen", stderr: "" } 8 times
    And the workflow input is:
      """yaml
      { title: One dash, body: none, pollEvery: P1D }
      """
    When the workflow is executed
    And the time advances by 7 days
    Then the workflow should be compensated
    And the workflow should have undone createPr
    And cleanup should run 1 time
