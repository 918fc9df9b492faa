Feature: Order
  An order is fulfilled, or nothing of it is left. What the stages answer is written here; what they really do has
  tests of its own.

  Background:
    Given the workflow of "src/main/resources/sagas/order/order.yaml"
    And the workflow input is:
      """yaml
      orderId: o-1
      lines: [ { sku: tea, count: 2 }, { sku: teapot, count: 1 } ]
      amountCents: 5990
      card: tok-visa
      country: 'NO'
      """
    And the stage stock.release returns {}
    And the stage shipping.recall returns {}

  Scenario: Everything goes well
    Given the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge returns { chargeId: c-1 }
    And the stage shipping.dispatch returns { parcelId: p-1 }
    When the workflow is executed
    Then the workflow should complete with output:
      """yaml
      orderId: o-1
      status: shipped
      parcelId: p-1
      """
    And charge should run after reserve
    And ship should run after charge
    And releaseStock should be requested 0 times

  Scenario: With nothing done there is nothing to undo
    Given the stage stock.reserve fails with status 409
    When the workflow is executed
    Then the workflow should fault
    And charge should not run
    And releaseStock should be requested 0 times

  Scenario: A declined card releases what was reserved
    Given the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge fails with status 402
    When the workflow is executed
    Then the workflow should be compensated
    And the workflow should have undone reserve
    And the last request of releaseStock should have the arguments:
      """yaml
      reservationId: r-1
      """
    And ship should not run

  Scenario: A parcel nobody carries is undone in reverse
    Given the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge returns { chargeId: c-1 }
    And the stage payment.refund returns {}
    And the stage shipping.dispatch fails with status 422
    When the workflow is executed
    Then the workflow should be compensated
    And the workflow should have undone charge, reserve
    And refundCard should run before releaseStock

  Scenario: An order that is cancelled before the parcel is fetched is undone as a whole
    Given the workflow input is:
      """yaml
      orderId: o-1
      lines: [ { sku: tea, count: 2 } ]
      amountCents: 5990
      card: tok-visa
      country: 'NO'
      pickupWindow: PT2H
      """
    And the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge returns { chargeId: c-1 }
    And the stage payment.refund returns {}
    And the stage shipping.dispatch returns { parcelId: p-1 }
    When the workflow is executed
    And the time advances by 1 hour
    And the workflow is cancelled because "changed my mind"
    Then the workflow should be compensated
    And the workflow should have undone ship, charge, reserve

  Scenario: A refund that is refused waits for a person, who gives it up
    Given the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge returns { chargeId: c-1 }
    And the stage payment.refund fails with status 403
    And the stage shipping.dispatch fails with status 422
    When the workflow is executed
    Then the compensation should have failed and left reserve, charge
    And releaseStock should be requested 0 times
    When the failed compensation is skipped
    Then the compensation should have failed and skipped charge
    And releaseStock should be requested 1 time

  Scenario: A refund that succeeds when a person has it tried again
    Given the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge returns { chargeId: c-1 }
    And the stage payment.refund fails with status 403 once
    And the stage payment.refund returns {}
    And the stage shipping.dispatch fails with status 422
    When the workflow is executed
    And the failed compensation is retried
    Then the workflow should be compensated
    And the workflow should have undone charge, reserve
    And the idempotency key of refundCard should be the same in every request

  Scenario: A refund somebody has made by hand
    Given the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge returns { chargeId: c-1 }
    And the stage payment.refund fails with status 403
    And the stage shipping.dispatch fails with status 422
    When the workflow is executed
    And the failed compensation is resolved
    Then the workflow should be compensated
    And refundCard should be requested 1 time

  Scenario: A refund that is not available is asked for patiently, with the same key
    Given the stage stock.reserve returns { reservationId: r-1 }
    And the stage payment.charge returns { chargeId: c-1 }
    And the stage payment.refund is unavailable 20 times
    And the stage payment.refund returns {}
    And the stage shipping.dispatch fails with status 422
    When the workflow is executed
    And the time advances by 2 hours
    Then the workflow should be compensated
    And refundCard should be requested 21 times
    And the idempotency key of refundCard should be the same in every request

  Scenario: An order without lines is refused before anything happens
    Given the workflow input is:
      """yaml
      orderId: o-1
      lines: []
      amountCents: 5990
      card: tok-visa
      country: 'NO'
      """
    When the workflow is executed
    Then the workflow should fault
    And the error's detail should mention "lines"
    And reserve should not run
