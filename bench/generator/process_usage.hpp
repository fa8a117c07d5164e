#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <sys/types.h>
#include <vector>

namespace klatsch::bench {

/// What the processes of a server use, as /proc tells. Throws std::runtime_error where one of them
/// is gone: a server that died must not look thrifty.
class process_usage {
 public:
  explicit process_usage(std::vector<pid_t> processes) : processes_(std::move(processes)) {}

  bool known() const { return !processes_.empty(); }
  /// User and system time of all threads, also of those that have ended.
  std::int64_t processor_us() const;
  /// Proportional set size: pages that several processes share count once altogether.
  std::int64_t proportional_kib() const;

 private:
  std::vector<pid_t> processes_;
};

/// User and system time of this process.
std::int64_t own_processor_us();

/// The time in which this machine's processors worked for anybody, or for other machines on the
/// same hardware; without interrupts, which no process is charged for.
std::int64_t machine_processor_us();

/// The same from the content of /proc/stat.
std::int64_t machine_processor_us_of(std::string_view stat);

/// Microseconds of user and system time from the content of /proc/PID/stat.
std::int64_t processor_us_of(std::string_view stat);

} // namespace klatsch::bench
