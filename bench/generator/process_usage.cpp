#include "bench/generator/process_usage.hpp"

#include <fstream>
#include <sstream>
#include <stdexcept>
#include <sys/resource.h>
#include <unistd.h>

namespace klatsch::bench {

namespace {

std::string content_of(const std::string& path) {
  std::ifstream stream{path};
  std::ostringstream content;
  if (!stream || !(content << stream.rdbuf()))
    throw std::runtime_error("can't read " + path + "; has the server ended?");
  return content.str();
}

std::string content_of(pid_t process, const char* file) {
  return content_of("/proc/" + std::to_string(process) + "/" + file);
}

std::int64_t microseconds_of_ticks(std::int64_t ticks) {
  return ticks * (1'000'000 / sysconf(_SC_CLK_TCK));
}

std::int64_t microseconds(const timeval& time) {
  return std::int64_t{time.tv_sec} * 1'000'000 + time.tv_usec;
}

} // namespace

std::int64_t processor_us_of(std::string_view stat) {
  // The name of the program, in brackets, may hold blanks and brackets itself.
  auto bracket = stat.rfind(')');
  if (bracket == stat.npos)
    throw std::runtime_error("/proc/PID/stat has an unknown form");
  std::istringstream fields{std::string{stat.substr(bracket + 1)}};
  std::string skipped;
  for (int field = 3; field <= 13; ++field)
    fields >> skipped;
  std::int64_t user_ticks = 0;
  std::int64_t system_ticks = 0;
  fields >> user_ticks >> system_ticks;
  if (!fields)
    throw std::runtime_error("/proc/PID/stat has an unknown form");
  return microseconds_of_ticks(user_ticks + system_ticks);
}

std::int64_t machine_processor_us_of(std::string_view stat) {
  std::istringstream fields{std::string{stat}};
  std::string name;
  std::int64_t user = 0, nice = 0, system = 0, idle = 0, waiting = 0, hard = 0, soft = 0,
               stolen = 0;
  fields >> name >> user >> nice >> system >> idle >> waiting >> hard >> soft >> stolen;
  if (!fields || name != "cpu")
    throw std::runtime_error("/proc/stat has an unknown form");
  return microseconds_of_ticks(user + nice + system + stolen);
}

std::int64_t machine_processor_us() {
  return machine_processor_us_of(content_of("/proc/stat"));
}

std::int64_t process_usage::processor_us() const {
  std::int64_t sum = 0;
  for (auto process : processes_)
    sum += processor_us_of(content_of(process, "stat"));
  return sum;
}

std::int64_t process_usage::proportional_kib() const {
  std::int64_t sum = 0;
  for (auto process : processes_) {
    auto content = content_of(process, "smaps_rollup");
    constexpr std::string_view name = "\nPss:";
    auto at = content.find(name);
    if (at == content.npos)
      throw std::runtime_error("/proc/PID/smaps_rollup has no Pss");
    sum += std::stoll(content.substr(at + name.size()));
  }
  return sum;
}

std::int64_t own_processor_us() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return microseconds(usage.ru_utime) + microseconds(usage.ru_stime);
}

} // namespace klatsch::bench
