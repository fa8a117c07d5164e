#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "bench/generator/monotonic_clock.hpp"
#include "bench/generator/process_usage.hpp"
#include "bench/generator/report.hpp"

namespace klatsch::bench {

/// A span of time with the processor time that the server, the generator and others spent in it.
class measured_span {
 public:
  explicit measured_span(const process_usage& server) : server_(server) { begin(); }

  void begin() {
    begin_us_ = now_us();
    own_us_ = own_processor_us();
    server_us_ = server_.processor_us();
    machine_us_ = machine_processor_us();
  }

  void end() {
    took_us_ = now_us() - begin_us_;
    own_us_ = own_processor_us() - own_us_;
    server_us_ = server_.processor_us() - server_us_;
    machine_us_ = machine_processor_us() - machine_us_;
  }

  double seconds() const { return static_cast<double>(took_us_) / 1e6; }

  /// Adds `<what>_per_second`, and what each of them cost in processor time.
  void add_to(result_line& line, std::string_view what, std::string_view one, std::int64_t count) {
    line.add(std::string{what} + "_per_second", static_cast<double>(count) / seconds());
    add_cost_to(line, one, count);
  }

  void add_cost_to(result_line& line, std::string_view one, std::int64_t count) {
    auto took_us = static_cast<double>(took_us_);
    auto server_us = static_cast<double>(server_us_);
    if (server_.known() && count > 0) {
      line.add("server_cpu_us_per_" + std::string{one}, server_us / static_cast<double>(count));
      line.add("server_cores", server_us / took_us);
    }
    line.add("generator_cores", static_cast<double>(own_us_) / took_us);
    // What others take is taken from both: with much of it the figures are none.
    if (server_.known()) {
      auto other_us = static_cast<double>(machine_us_ - own_us_ - server_us_);
      line.add("other_cores", std::max(0.0, other_us / took_us));
    }
  }

 private:
  const process_usage& server_;
  std::int64_t begin_us_ = 0;
  std::int64_t took_us_ = 0;
  std::int64_t own_us_ = 0;
  std::int64_t server_us_ = 0;
  std::int64_t machine_us_ = 0;
};

} // namespace klatsch::bench
