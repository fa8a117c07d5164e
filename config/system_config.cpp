#include "config/system_config.hpp"

#include <algorithm>
#include <chrono>
#include <thread>
#include <utility>

#include <caf/atom.hpp>
#include <caf/timespan.hpp>

#include "config/caf_value.hpp"
#include "config/option_table.hpp"

namespace klatsch::config {

system_config::system_config() {
  using namespace std::chrono_literals;
  // CAF's own general options (its help, its dump, its default file) make way for those of load.
  auto options_of_caf = std::exchange(custom_options_, {});
  for (const auto& known : options_of_caf)
    if (known.category() != "global")
      custom_options_.add(known);
  for (const auto& described : option_table())
    custom_options_.add(to_caf_option(described));

  // The default, work stealing, takes time quadratic in the number of waiting actors. (klatsch's
  // own scheduler shares work in any case.)
  set("scheduler.policy", caf::atom("sharing"));
  // No actor blocks, so that more threads than processors only get in each other's way.
  set("scheduler.max-threads", std::max<std::size_t>(std::thread::hardware_concurrency(), 2));
  // Without a bound an actor that is flooded with messages keeps its thread from all others.
  set("scheduler.max-throughput", std::size_t{300});
  // Both are off by default; then a node that hangs is never noticed.
  set("middleman.heartbeat-interval", caf::timespan{500ms});
  set("middleman.connection-timeout", caf::timespan{3s});
}

} // namespace klatsch::config
