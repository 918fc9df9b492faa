package dev.millrace.sagas.travel;

import java.util.Locale;
import java.util.Set;

/** Who holds what: each has its cities and its prices. */
enum Partner {
  FLIGHT(32_000, 0, Set.of("Kyoto", "Lisbon", "Oslo", "Vienna")),
  HOTEL(0, 11_500, Set.of("Kyoto", "Lisbon", "Oslo", "Vienna")),
  CAR(2_500, 4_200, Set.of("Kyoto", "Lisbon", "Oslo"));

  private final int priceCents;
  private final int priceCentsPerNight;
  private final Set<String> cities;

  Partner(int priceCents, int priceCentsPerNight, Set<String> cities) {
    this.priceCents = priceCents;
    this.priceCentsPerNight = priceCentsPerNight;
    this.cities = cities;
  }

  boolean serves(String city) {
    return cities.contains(city);
  }

  int priceCents(int nights) {
    return priceCents + nights * priceCentsPerNight;
  }

  /** As definitions call it, e.g. {@code flight.hold}. */
  String function() {
    return word() + ".hold";
  }

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
