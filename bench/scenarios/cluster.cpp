#include <algorithm>

#include "bench/scenarios/all_scenarios.hpp"
#include "bench/scenarios/fan_out.hpp"

namespace klatsch::bench {

/// The fan-out with as many senders in each room as there are nodes, each at another node, as the
/// members are: most messages pass from one node to all others. To be compared with the same number
/// of senders at one node.
std::unique_ptr<scenario> make_cluster(const scenario_context& context) {
  auto nodes = static_cast<std::uint32_t>(context.options.servers.size());
  return std::make_unique<fan_out>(context, std::max(nodes, context.options.senders));
}

} // namespace klatsch::bench
