#pragma once

#include <memory>
#include <string_view>

#include <spdlog/formatter.h>

#include "config/settings.hpp"

namespace klatsch::logging {

/// Makes spdlog's default logger: lines on stderr, as text or as JSON objects, with the time in
/// UTC. Logging never blocks the caller: lines that the reader of a full pipe or socket doesn't
/// take are dropped, and their number is logged once there is room again.
///
/// Called once at the start, before other threads log; the logger itself is thread-safe.
void set_up(const config::log_settings& values);

/// The formatter for a value of log.format. One message is one line, whatever it holds.
std::unique_ptr<spdlog::formatter> make_formatter(std::string_view format);

} // namespace klatsch::logging
