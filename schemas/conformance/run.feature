Feature: Commands, scripts and containers
  Real processes of this machine, by a worker that allows sh, echo, cat and scripts in both languages and
  nothing else: ./millrace test --run-allow sh,echo,cat,script:js,script:python schemas/conformance/run.feature

  Scenario: A program gets its own words and then the arguments
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-program, version: '1.0.0' }
      do:
        - greet:
            run:
              shell: { command: 'echo "hello  you"', arguments: [ '${ .name }', 7 ] }
      """
    And the workflow input is:
      """yaml
      name: Ada
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      "hello  you Ada 7\n"
      """
    And the last request of greet should go to the stage run

  Scenario: Data with the marks of a shell stays data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-hostile, version: '1.0.0' }
      do:
        - show:
            run:
              shell:
                command: printf '[%s]' "$@" "$WORD"; cat
                arguments: [ '${ .word }', '${ .more }' ]
                environment: { WORD: '${ .word }' }
                stdin: '${ .word }'
      """
    And the workflow input is:
      """yaml
      word: '$(exit 9); `id` && echo "pwned" > /tmp/x #'
      more: "${ .word }"
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      '[$(exit 9); `id` && echo "pwned" > /tmp/x #][${ .word }][$(exit 9); `id` && echo "pwned" > /tmp/x #]$(exit 9); `id` && echo "pwned" > /tmp/x #'
      """

  Scenario: Environment and standard input come from the task and nothing from the worker
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-surroundings, version: '1.0.0' }
      do:
        - show:
            run:
              shell:
                command: printf '%s|%s|' "$GREETING" "${JAVA_HOME:-none}"; cat
                environment: { GREETING: '${ .greeting }' }
                stdin: { order: '${ .order }' }
      """
    And the workflow input is:
      """yaml
      greeting: good morning
      order: 42
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      'good morning|none|{"order":42}'
      """

  Scenario: Another exit code than zero is an error that no other attempt would mend
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-code-error, version: '1.0.0' }
      do:
        - build: { run: { shell: { command: 'echo no space left >&2; exit 3' } } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/runtime
      status: 500
      instance: /do/0/build
      """
    And the error's detail should mention "ended with exit code 3: no space left"
    And build should be requested 1 time

  Scenario: The exit code is data for who asks for it
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-code-data, version: '1.0.0' }
      do:
        - check: { run: { shell: { command: 'exit 3' }, return: code } }
        - route:
            switch:
              - fine: { when: '. == 0', then: end }
              - broken: { then: repair }
        - repair: { set: { code: '${ . }', repaired: true } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { code: 3, repaired: true }
      """

  Scenario: Rule 12 - another exit code than zero is an error, except where code or all makes it data
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: rule-12, version: '1.0.0' }
      do:
        - each:
            for: { each: outcome, in: '["stdout", "stderr", "none"]' }
            do:
              - attempt:
                  try:
                    - decide:
                        switch:
                          - stdout: { when: '$outcome == "stdout"', then: stdout }
                          - stderr: { when: '$outcome == "stderr"', then: stderr }
                          - none: { then: none }
                    - stdout: { run: { shell: { command: 'exit 3' }, return: stdout }, then: exit }
                    - stderr: { run: { shell: { command: 'exit 3' }, return: stderr }, then: exit }
                    - none: { run: { script: { language: js, code: 'process.exit(3)' }, return: none } }
                  catch:
                    as: error
                    do:
                      - keep:
                          set: { errors: '${ (.errors // []) + [$error.type | split("/") | last] }' }
        - code:
            run: { shell: { command: 'exit 3' }, return: code }
            output: { as: { errors: '${ $input.errors }', code: '${ . }' } }
        - all:
            run: { script: { language: js, code: 'process.exit(4)' }, return: all }
            output: { as: { errors: '${ $input.errors }', code: '${ $input.code }', all: '${ .code }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { errors: [ runtime, runtime, runtime ], code: 3, all: 4 }
      """

  Scenario: All is the code and both streams
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-all, version: '1.0.0' }
      do:
        - check: { run: { shell: { command: 'echo a; echo b >&2; exit 3' }, return: all } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { code: 3, stdout: "a\n", stderr: "b\n" }
      """

  Scenario: Stderr may be the output, and none is null
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-streams, version: '1.0.0' }
      do:
        - err:
            run: { shell: { command: 'echo a; echo b >&2' }, return: stderr }
            export: { as: { err: '${ . }' } }
        - nothing: { run: { shell: { command: echo a }, return: none } }
        - both: { set: { err: '${ $context.err }', nothing: '${ . }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { err: "b\n", nothing: null }
      """

  Scenario: Neither stderr nor none makes a failure good
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-streams-fail, version: '1.0.0' }
      do:
        - err:
            try:
              - run: { run: { shell: { command: 'exit 4' }, return: stderr } }
            catch: { as: e, do: [ { keep: { set: '${ $e.detail }' } } ] }
        - nothing: { run: { shell: { command: 'exit 5' }, return: none } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      status: 500
      instance: /do/1/nothing
      """
    And the error's detail should mention "exit code 5"

  Scenario: An object of arguments is variables of a script in JavaScript
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-js, version: '1.0.0' }
      do:
        - sum:
            run:
              script:
                language: js
                arguments: { lines: '${ .lines }' }
                code: |
                  const total = lines.map(line => line.price).reduce((a, b) => a + b, 0);
                  process.stdout.write(JSON.stringify({ total }));
            output: { as: '${ fromjson }' }
      """
    And the workflow input is:
      """yaml
      lines: [ { price: 40 }, { price: 2 } ]
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      total: 42
      """

  Scenario: A list of arguments is what a script in Python is called with
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-python, version: '1.0.0' }
      do:
        - judge:
            run:
              script:
                language: python
                arguments: [ '${ .lines }', "'); import os; os._exit(9) #" ]
                code: |
                  import sys
                  print(sys.argv[2])
                  sys.exit(0 if int(sys.argv[1]) > 3 else 1)
              return: all
      """
    And the workflow input is:
      """yaml
      lines: 3
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { code: 1, stdout: "'); import os; os._exit(9) #\n", stderr: '' }
      """

  Scenario: A script that throws is an error a try can catch
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-throws, version: '1.0.0' }
      do:
        - attempt:
            try:
              - work: { run: { script: { language: js, code: 'throw new Error("out of milk")' } } }
            catch:
              errors: { with: { type: 'https://serverlessworkflow.io/spec/1.0.0/errors/runtime' } }
              as: error
              do:
                - tell: { set: { milk: '${ $error.detail | test("out of milk") }' } }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      milk: true
      """

  Scenario: What the worker does not allow is refused for good
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-refused, version: '1.0.0' }
      do:
        - clone: { run: { shell: { command: 'git clone https://example.com/a.git' } } }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/authorization
      status: 403
      instance: /do/0/clone
      """
    And the error's detail should mention "--run-allow 'git'"
    And clone should be requested 1 time

  Scenario: A command that was computed meets no shell
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-computed, version: '1.0.0' }
      do:
        - tool: { run: { shell: { command: '${ .tool }' } } }
      """
    And the workflow input is:
      """yaml
      tool: 'echo fine; echo not fine'
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/validation
      status: 400
      """
    And the error's detail should mention "meets no shell"

  Scenario: Data inside a shell line is refused before it runs
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-embedded, version: '1.0.0' }
      do:
        - greet: { run: { shell: { command: 'echo "Hello ${ .name }"' } } }
      """
    Then the definition should be refused at "/do/0/greet/run/shell/command" with "data is never put into a command"

  Scenario: Of output beyond the bound the beginning and the end are kept, and it says so
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-bounded, version: '1.0.0' }
      do:
        - count:
            run: { shell: { command: 'echo first; seq 1 100000' } }
            output:
              as:
                beginning: '${ startswith("first\n1\n2\n") }'
                end: '${ endswith("\n99999\n100000\n") }'
                cut: '${ test("bytes left out") }'
                short: '${ length < 300000 }'
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      { beginning: true, end: true, cut: true, short: true }
      """

  Scenario: A process is ended with all it began when its time is over
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-timeout, version: '1.0.0' }
      do:
        - attempt:
            try:
              - hang:
                  run: { shell: { command: 'sleep 600 & sleep 600' } }
                  timeout: { after: PT0.3S }
            catch:
              as: error
              do:
                - tell: { set: { type: '${ $error.type | split("/") | last }', at: '${ $error.instance }' } }
      """
    When the workflow is executed
    And the time advances by 1 second
    Then the workflow should complete with output:
      """yaml
      { type: timeout, at: /do/0/attempt/try/0/hang }
      """

  Scenario: What is not awaited runs, and the task's output is its input
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-detached, version: '1.0.0' }
      do:
        - notify:
            input: { from: '${ .order }' }
            run: { shell: { command: echo, arguments: [ '${ .id }' ] }, await: false }
        - after: { set: { sent: '${ .id }' } }
      """
    And the workflow input is:
      """yaml
      order: { id: 42 }
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      sent: 42
      """
    And notify should be requested 1 time
    And the last request of notify should have the arguments:
      """yaml
      { command: echo, computed: false, arguments: [ 42 ], return: stdout }
      """

  Scenario: The failure of what is not awaited is no failure of the workflow
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-detached-fails, version: '1.0.0' }
      do:
        - notify: { run: { shell: { command: 'exit 3' }, await: false } }
        - rest: { wait: PT1M }
        - after: { set: { done: true } }
      """
    When the workflow is executed
    And the engine crashes
    And the time advances by 1 minute
    Then the workflow should complete with output:
      """yaml
      done: true
      """
    And notify should be requested 1 time

  Scenario: What is not awaited goes its own way when the workflow is cancelled
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-detached-cancel, version: '1.0.0' }
      do:
        - notify:
            run: { script: { language: js, code: 'x' }, await: false }
            timeout: { after: PT1H }
        - rest: { wait: PT1M }
      """
    And the stage run does not answer
    When the workflow is executed
    And the workflow is cancelled
    Then the workflow should be cancelled
    And notify should be requested 1 time
    When the stage run answers "late"
    Then the workflow should be cancelled
    And the workflow should have ended once

  Scenario: What is not awaited cannot be compensated
    Given a workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: run-detached-undo
        version: '1.0.0'
        metadata: { millrace: { profile: '1' } }
      use: { functions: { undo: { set: {} } } }
      do:
        - notify:
            run: { shell: { command: echo }, await: false }
            metadata: { millrace: { compensation: { call: undo } } }
      """
    Then the definition should be refused at "/do/0/notify/metadata/millrace/compensation" with "nobody knows"

  Scenario: A container is refused where there is no Kubernetes, with the reason
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-container, version: '1.0.0' }
      do:
        - build: { run: { container: { image: 'maven:3' } } }
      """
    Then the definition should be refused at "/do/0/build/run/container" with "there is no Kubernetes"

  Scenario: The ports of a container are refused with the reason
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: run-container-ports, version: '1.0.0' }
      do:
        - build: { run: { container: { image: 'maven:3', ports: { 8080: 80 } } } }
      """
    Then the definition should be refused at "/do/0/build/run/container/ports" with "a job has no address"
