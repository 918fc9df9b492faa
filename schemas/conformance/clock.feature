Feature: Schedules by the clock
  cron, its time zone, and runs that would overlap.

  Scenario: A cron schedule starts a run when the clock says so
    Given another workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: hourly, version: '1.0.0' }
      schedule: { cron: '30 * * * *' }
      do:
        - tell: { emit: { event: { with: { source: /test, type: ran, data: '${ .due }' } } } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside-hourly, version: '1.0.0' }
      do:
        - rest: { wait: P1D }
      """
    When the workflow is executed
    And the time advances by 29 minutes
    Then 0 runs of 'test/hourly' should have completed
    When the time advances by 2 minutes
    Then the event of type 'ran' should have the 'data':
      """yaml
      2026-01-01T00:30:00Z
      """
    When the time advances by 1 hour
    Then 2 runs of 'test/hourly' should have completed

  Scenario: A schedule may be in the time of a place
    Given another workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: noon-there
        version: '1.0.0'
        metadata: { millrace: { profile: '1', schedule: { zone: Asia/Tokyo } } }
      schedule: { cron: '0 12 * * *' }
      do:
        - work: { set: { worked: true } }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside-noon, version: '1.0.0' }
      do:
        - rest: { wait: P1D }
      """
    When the workflow is executed
    And the time advances by 179 minutes
    Then 0 runs of 'test/noon-there' should have completed
    When the time advances by 2 minutes
    Then 1 run of 'test/noon-there' should have completed

  Scenario: A run that is due while another is under way may be left out
    Given another workflow with definition:
      """yaml
      document:
        dsl: '1.0.3'
        namespace: test
        name: no-overlap
        version: '1.0.0'
        metadata: { millrace: { profile: '1', schedule: { overlap: skip } } }
      schedule: { every: { minutes: 1 } }
      do:
        - rest: { wait: PT90S }
      """
    And a workflow with definition:
      """yaml
      document: { dsl: '1.0.3', namespace: test, name: beside-overlap, version: '1.0.0' }
      do:
        - rest: { wait: P1D }
      """
    When the workflow is executed
    And the time advances by 290 seconds
    Then 2 runs of 'test/no-overlap' should have completed
