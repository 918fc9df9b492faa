Feature: Secrets of commands and scripts
  Real processes, as in run.feature. A process proves that it has a secret by its length, for what it writes loses it:
  ./millrace test --run-allow sh,echo,cat,script:js,script:python schemas/conformance/run-secrets.feature

  Scenario: A command has a secret in its environment and cannot tell it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-secret-environment, version: '1.0.0' }
      use: { secrets: [token] }
      do:
        - login:
            run:
              shell:
                command: 'echo "${#TOKEN} $TOKEN"; echo "on stderr: $TOKEN" >&2'
                environment: { TOKEN: '${ $secrets.token }' }
              return: all
      """
    And the secret token is "s3cr3t-f00d"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { code: 0, stdout: "11 ***\n", stderr: "on stderr: ***\n" }
      """
    And the secret token should appear nowhere

  Scenario: A secret reaches arguments and standard input with the data beside it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-secret-arguments, version: '1.0.0' }
      use: { secrets: [token] }
      do:
        - login:
            run:
              shell:
                command: 'printf %s "$1$(cat)" | wc -c'
                arguments: [ '${ .user + ":" + $secrets.token }' ]
                stdin: '${ $secrets.token }'
            output: { as: 'tonumber' }
      """
    And the workflow input is:
      """yaml
      user: ada
      """
    And the secret token is "s3cr3t-f00d"
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      26
      """
    And the secret token should appear nowhere

  Scenario: A script has a secret among its variables
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-secret-script, version: '1.0.0' }
      use: { secrets: [login] }
      do:
        - login:
            run:
              script:
                language: js
                code: 'process.stdout.write(user + password.length + password)'
                arguments: { user: '${ .user }', password: '${ $secrets.login.password }' }
      """
    And the workflow input is:
      """yaml
      user: ada
      """
    And the secret login is:
      """yaml
      { password: open-5b1e44 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      ada11***
      """
    And the secret login should appear nowhere

  Scenario: A secret that is written in two pieces, and what a failure says, lose it too
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-secret-failure, version: '1.0.0' }
      use: { secrets: [token] }
      do:
        - login:
            run:
              shell:
                command: 'printf "no entry for ${TOKEN%-*}" >&2; sleep 0.1; printf %s "-${TOKEN#*-}" >&2; exit 7'
                environment: { TOKEN: '${ $secrets.token }' }
      """
    And the secret token is "s3cr3t-f00d"
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/runtime
      """
    And the error's detail should mention "the shell line ended with exit code 7: no entry for ***"
    And the secret token should appear nowhere

  Scenario: A workflow that may not use the secret starts no process
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-secret-of-others, version: '1.0.0' }
      use: { secrets: [token] }
      do:
        - login:
            run: { shell: { command: echo hello, environment: { TOKEN: '${ $secrets.token }' } } }
      """
    And the secret token is "s3cr3t-f00d"
    And only 'sales/order' may use the secret token
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/authorization
      status: 403
      """
    And the secret token should appear nowhere
