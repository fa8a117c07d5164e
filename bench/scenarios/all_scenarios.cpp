#include "bench/scenarios/all_scenarios.hpp"

namespace klatsch::bench {

const std::vector<scenario_kind>& all_scenarios() {
  static const std::vector<scenario_kind> table = {
      {"fan-out", "messages to all members of rooms, at saturation and at given rates",
       make_fan_out},
  };
  return table;
}

} // namespace klatsch::bench
