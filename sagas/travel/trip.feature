Feature: Trip
  A trip is booked when somebody approves it; otherwise nothing stays held. What the partners answer is written here;
  what they really do has tests of its own.

  Background:
    Given the workflow of "src/main/resources/sagas/travel/trip.yaml"
    And the workflow input is:
      """yaml
      traveller: Ada
      city: Lisbon
      nights: 3
      """
    And the stage flight.hold returns { hold: flight-1, priceCents: 32000 }
    And the stage hotel.hold returns { hold: hotel-1, priceCents: 34500 }
    And the stage booking.release returns {}

  Scenario: Three partners hold at the same time, a person approves
    Given the stage car.hold returns { hold: car-1, priceCents: 15100 }
    And the stage booking.confirm returns { bookings: [ flight-1, hotel-1, car-1 ] }
    When the workflow is executed
    Then the workflow should be waiting
    And the event of type 'dev.millrace.approval.requested.v1' should have the 'data.title':
      """yaml
      3 nights in Lisbon for Ada, 816 EUR
      """
    When the signal approval is sent with { choice: approve, by: ann }
    Then the workflow should complete with output:
      """yaml
      status: booked
      bookings: [ flight-1, hotel-1, car-1 ]
      priceCents: 81600
      """
    And the last request of confirm should have the arguments:
      """yaml
      holds: [ flight-1, hotel-1, car-1 ]
      """
    And release should be requested 0 times

  Scenario: A person rejects
    Given the stage car.hold returns { hold: car-1, priceCents: 15100 }
    When the workflow is executed
    And the signal approval is sent with { choice: reject, by: ann }
    Then the workflow should be compensated
    And release should be requested 3 times
    And confirm should not run

  Scenario: Nobody answers, the next ones are asked, and approve
    Given the stage car.hold returns { hold: car-1, priceCents: 15100 }
    And the stage booking.confirm returns { bookings: [ flight-1, hotel-1, car-1 ] }
    When the workflow is executed
    And the time advances by 5 hours
    Then 1 event of type 'dev.millrace.approval.escalated.v1' should have been published
    When the signal approval is sent with { choice: approve, by: bo }
    Then the workflow should complete

  Scenario: Nobody answers at all
    Given the stage car.hold returns { hold: car-1, priceCents: 15100 }
    When the workflow is executed
    And the time advances by 25 hours
    Then the workflow should be compensated
    And release should be requested 3 times

  Scenario: A cancel while people think releases everything
    Given the stage car.hold returns { hold: car-1, priceCents: 15100 }
    When the workflow is executed
    And the time advances by 1 hour
    And the workflow is cancelled because "ill"
    Then the workflow should be compensated
    And release should be requested 3 times

  Scenario: A cancel in the middle releases what is held by then
    Given the stage car.hold does not answer
    When the workflow is executed
    And the workflow is cancelled because "ill"
    Then the workflow should be compensated
    And the workflow should have undone hotel, flight

  Scenario: A partner that has nothing left: the others are released
    Given the stage car.hold is unavailable twice
    And the stage car.hold fails with status 404
    When the workflow is executed
    And the time advances by 1 minute
    Then the workflow should be compensated
    And release should be requested 2 times
    And the idempotency key of release should be another in every request

  Scenario: A confirmation that is refused undoes all
    Given the stage car.hold returns { hold: car-1, priceCents: 15100 }
    And the stage booking.confirm fails with status 410
    When the workflow is executed
    And the signal approval is sent with { choice: approve, by: ann }
    Then the workflow should be compensated
    And release should be requested 3 times
