#define CAF_SUITE simulations
#include "test/unit/suite.hpp"

#include <cstdlib>
#include <iostream>
#include <string>

#include "test/unit/actors/simulation.hpp"

using namespace klatsch;

namespace {

/// From the environment, so that a seed that failed can be played again, and many can be played:
/// KLATSCH_SIMULATION_SEED, KLATSCH_SIMULATION_RUNS.
std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

constexpr int steps = 120;

} // namespace

CAF_TEST(whatever happens in whatever order the promises hold) {
  const auto first = number_from("KLATSCH_SIMULATION_SEED", 1);
  const auto runs = number_from("KLATSCH_SIMULATION_RUNS", 20);
  for (auto seed = first; seed != first + runs; ++seed) {
    simulation one{seed};
    const auto violations = one.play(steps);
    for (auto& each : violations)
      std::cerr << "seed " << seed << ": " << each << '\n';
    CAF_REQUIRE(violations.empty());
  }
}
