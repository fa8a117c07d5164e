#include "test/contract/captured_log.hpp"

#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

namespace klatsch::contract {

captured_log::captured_log() : before_(spdlog::default_logger()) {
  auto sink = std::make_shared<spdlog::sinks::ostream_sink_mt>(lines_);
  spdlog::set_default_logger(std::make_shared<spdlog::logger>("captured", sink));
}

captured_log::~captured_log() {
  spdlog::set_default_logger(before_);
}

std::size_t captured_log::count(const std::string& words) const {
  std::size_t found = 0;
  auto all = text();
  for (auto at = all.find(words); at != std::string::npos; at = all.find(words, at + 1))
    ++found;
  return found;
}

} // namespace klatsch::contract
