#pragma once

#include <cstdint>
#include <ctime>

namespace klatsch::bench {

/// Microseconds since some moment before the start of the program; never runs backwards.
inline std::int64_t now_us() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return std::int64_t{now.tv_sec} * 1'000'000 + now.tv_nsec / 1000;
}

} // namespace klatsch::bench
