#pragma once

#include "bench/generator/log_histogram.hpp"
#include "bench/generator/report.hpp"

namespace klatsch::bench {

inline void add_latency(result_line& line, const log_histogram& latency_us) {
  line.add("p50_us", static_cast<std::int64_t>(latency_us.percentile(0.5)));
  line.add("p99_us", static_cast<std::int64_t>(latency_us.percentile(0.99)));
  line.add("max_us", static_cast<std::int64_t>(latency_us.max()));
}

} // namespace klatsch::bench
