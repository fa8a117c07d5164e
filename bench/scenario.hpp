#pragma once

#include <cstdint>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bench/generator/endpoint.hpp"
#include "bench/generator/event_loop.hpp"
#include "bench/generator/process_usage.hpp"
#include "bench/generator/report.hpp"
#include "bench/peer_protocol.hpp"

namespace klatsch::bench {

/// What the command line says.
struct run_options {
  std::string scenario;
  std::string protocol = "klatsch-json";
  std::string peer;
  std::vector<endpoint> servers;
  std::vector<pid_t> processes;
  pid_t killed = 0;
  std::string json_file;

  std::uint32_t rooms = 10;
  std::uint32_t members = 100;
  std::uint32_t senders = 1;
  std::uint32_t window = 20;
  std::uint32_t users = 1000;
  std::uint32_t messages = 20;
  std::uint32_t batch = 50;
  std::uint32_t text_bytes = 100;
  std::uint32_t at_once = 64;
  double seconds = 5;
  double warm_up_seconds = 1;
  double patience_seconds = 120;
  std::vector<std::string> steps = {"saturation"};
};

/// What every scenario is given.
struct scenario_context {
  const run_options& options;
  event_loop& loop;
  const peer_protocol& protocol;
  const process_usage& server;
  report& out;

  std::int64_t patience_us() const {
    return static_cast<std::int64_t>(options.patience_seconds * 1e6);
  }
};

/// A run is no result: messages were lost, doubled, reordered or came to the wrong ones.
class wrong_delivery : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class scenario {
 public:
  virtual ~scenario() = default;
  /// Writes its results; throws where something went wrong.
  virtual void run() = 0;
};

/// A row of the table of scenarios.
struct scenario_kind {
  const char* name;
  const char* help;
  std::unique_ptr<scenario> (*make)(const scenario_context&);
};

const std::vector<scenario_kind>& all_scenarios();

} // namespace klatsch::bench
