Feature: Forms and files of openapi calls
  Against a service of the suite's own, whose document has two parts.

  Scenario: A form with a file is sent as the parts of the document say
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: openapi-form, version: '1.0.0' }
      do:
        - upload:
            call: openapi
            with:
              document: { endpoint: https://specs.example.com/files/api.json }
              operationId: upload
              parameters:
                title: '${ .title }'
                note: { text: '${ .text }', filename: note.csv, contentType: text/csv }
            output:
              as: '.body | [test("name=\"title\".*two words"; "s"), test("filename=\"note.csv\".*text/csv.*a,b"; "s")]'
      """
    And the workflow input is:
      """yaml
      title: two words
      text: a,b
      """
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      [ true, true ]
      """

  Scenario: A form that lacks what it has to have is never sent
    Given a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: openapi-form-incomplete, version: '1.0.0' }
      do:
        - upload:
            call: openapi
            with:
              document: { endpoint: https://specs.example.com/files/api.json }
              operationId: upload
              parameters: { note: aGVsbG8= }
      """
    When the workflow is executed
    Then the workflow should fault with error:
      """yaml
      type: https://serverlessworkflow.io/spec/1.0.0/errors/configuration
      instance: /do/0/upload
      """
    And the error's detail should mention "needs the parameter 'title' (form)"
