#pragma once

#include <memory>
#include <sstream>
#include <string>

#include <spdlog/logger.h>

namespace klatsch::contract {

/// Keeps what is logged while it lives, instead of printing it.
class captured_log {
 public:
  captured_log();
  ~captured_log();
  captured_log(const captured_log&) = delete;
  captured_log& operator=(const captured_log&) = delete;

  std::string text() const { return lines_.str(); }
  /// How often it holds the words.
  std::size_t count(const std::string& words) const;

 private:
  std::ostringstream lines_;
  std::shared_ptr<spdlog::logger> before_;
};

} // namespace klatsch::contract
