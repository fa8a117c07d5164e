#pragma once

#include <cstdint>
#include <mutex>
#include <string_view>

#include <spdlog/sinks/base_sink.h>

namespace klatsch::logging {

/// Writes lines to a descriptor without ever waiting for its reader: what a full pipe, socket or
/// stopped terminal doesn't take is dropped and counted, and the count is written before the next
/// line that goes through. Thread-safe; the descriptor stays the caller's.
class stderr_sink final : public spdlog::sinks::base_sink<std::mutex> {
 public:
  explicit stderr_sink(int descriptor);

 protected:
  void sink_it_(const spdlog::details::log_msg& message) override;
  void flush_() override {}

 private:
  bool write_line(const spdlog::details::log_msg& message);
  /// Returns how much was taken.
  std::size_t write_some(std::string_view text);

  int descriptor_;
  bool is_socket_;
  /// The last line was taken in part only.
  bool is_torn_ = false;
  std::uint64_t dropped_ = 0;
};

} // namespace klatsch::logging
