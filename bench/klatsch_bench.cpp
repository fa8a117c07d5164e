// The load generator: see docs/PERFORMANCE.md, and --help.

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "bench/command_line.hpp"

using namespace klatsch::bench;

namespace {

void raise_limit_of_open_files() {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
}

int run(const run_options& options) {
  auto protocol = make_protocol(options.protocol);
  if (!protocol)
    throw std::invalid_argument("there is no protocol " + options.protocol + "; see --help");
  const auto& kinds = all_scenarios();
  auto kind = std::find_if(
      kinds.begin(), kinds.end(), [&](const auto& each) { return each.name == options.scenario; });
  if (kind == kinds.end())
    throw std::invalid_argument("there is no scenario " + options.scenario + "; see --help");
  raise_limit_of_open_files();
  // Otherwise the kernel may wake us 50 us later than we asked for, and that would count as
  // latency.
  prctl(PR_SET_TIMERSLACK, 1);
  result_line common;
  common.add("peer", options.peer).add("protocol", options.protocol);
  common.add("scenario", options.scenario);
  report out{options.json_file, common};
  event_loop loop;
  process_usage server{options.processes};
  kind->make({options, loop, *protocol, server, out})->run();
  return 0;
}

} // namespace

int main(int count, char** arguments) try {
  if (count == 2 && std::strcmp(arguments[1], "--help") == 0) {
    std::fputs(help_text().c_str(), stdout);
    return 0;
  }
  return run(parse_command_line(count, arguments));
} catch (const wrong_delivery& e) {
  std::fprintf(stderr, "klatsch-bench: no result: %s\n", e.what());
  return 1;
} catch (const std::exception& e) {
  std::fprintf(stderr, "klatsch-bench: %s\n", e.what());
  return 2;
}
