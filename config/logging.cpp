#include "config/logging.hpp"

#include <memory>
#include <string_view>
#include <utility>

#include <spdlog/pattern_formatter.h>
#include <spdlog/spdlog.h>

#include <unistd.h>

#include "config/log_text.hpp"
#include "config/stderr_sink.hpp"

namespace klatsch::logging {

namespace {

using append_function = void (*)(std::string_view, spdlog::memory_buf_t&);

/// Stands for spdlog's %v, which would write the message as it is.
class escaped_message final : public spdlog::custom_flag_formatter {
 public:
  explicit escaped_message(append_function append) : append_(append) {}

  void format(const spdlog::details::log_msg& message, const std::tm&, spdlog::memory_buf_t& line)
      override {
    append_({message.payload.data(), message.payload.size()}, line);
  }

  std::unique_ptr<custom_flag_formatter> clone() const override {
    return std::make_unique<escaped_message>(append_);
  }

 private:
  append_function append_;
};

} // namespace

std::unique_ptr<spdlog::formatter> make_formatter(std::string_view format) {
  bool json = format == "json";
  auto result = std::make_unique<spdlog::pattern_formatter>(spdlog::pattern_time_type::utc);
  result->add_flag<escaped_message>('*', json ? append_as_json : append_as_console_text);
  result->set_pattern(
      json ? R"({"time":"%Y-%m-%dT%H:%M:%S.%eZ","level":"%l","message":"%*"})"
           : "%Y-%m-%dT%H:%M:%S.%eZ %l: %*");
  return result;
}

void set_up(const config::log_settings& values) {
  auto logger = std::make_shared<spdlog::logger>("", std::make_shared<stderr_sink>(STDERR_FILENO));
  logger->set_formatter(make_formatter(values.format));
  logger->set_level(spdlog::level::from_str(values.level));
  spdlog::set_default_logger(std::move(logger));
}

} // namespace klatsch::logging
